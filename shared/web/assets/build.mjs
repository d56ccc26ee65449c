// Makes shared/web/static/vendor/: KERN and its mirrored sheet, fonts, our own sheet, script and sign, the proof-of-work widget.
// Names carry a hash of the content, manifest.json says which name stands for what. Runs only when an input has changed.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import path from "node:path";
import rtlcss from "rtlcss";

const own = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(own, "../../..");
const target = path.resolve(own, "../static/vendor");
const from = (...parts) => path.join(root, "node_modules", ...parts);

const WEIGHTS = [400, 600];
const FONTS = [
  { family: "Fira Sans", name: "fira-sans", subsets: ["latin", "latin-ext", "cyrillic", "cyrillic-ext"] },
  { family: "Noto Sans Arabic", name: "noto-sans-arabic", subsets: ["arabic"] },
];
const LICENCES = {
  "LICENSE-kern.md": from("@kern-ux/native/LICENSE.md"),
  "LICENSE-fira-sans.txt": from("@fontsource/fira-sans/LICENSE"),
  "LICENSE-noto-sans-arabic.txt": from("@fontsource/noto-sans-arabic/LICENSE"),
  "LICENSE-altcha.txt": from("altcha/LICENSE.txt"),
};
// The digits that WhiteNoise takes for "never changes".
const DIGITS = 12;

const hash = (content) => createHash("sha256").update(content).digest("hex");
const manifest = {};

async function inputs() {
  const ownFiles = (await readdir(own)).sort().map((name) => path.join(own, name));
  const contents = await Promise.all([path.join(root, "package-lock.json"), ...ownFiles].map((file) => readFile(file)));
  return hash(contents.map(hash).join());
}

async function put(name, content) {
  const { name: stem, ext } = path.parse(name);
  const file = `${stem}.${hash(content).slice(0, DIGITS)}${ext}`;
  manifest[name] = file;
  await writeFile(path.join(target, file), content);
  if ([".css", ".js"].includes(ext)) {
    await writeFile(path.join(target, `${file}.gz`), gzipSync(content, { level: 9 }));
    await writeFile(path.join(target, `${file}.br`), brotliCompressSync(content));
  }
  return file;
}

async function fontSheet() {
  const faces = [];
  for (const { family, name, subsets } of FONTS) {
    const ranges = JSON.parse(await readFile(from("@fontsource", name, "unicode.json"), "utf8"));
    for (const subset of subsets) {
      for (const weight of WEIGHTS) {
        const source = `${name}-${subset}-${weight}-normal.woff2`;
        const file = await put(source, await readFile(from("@fontsource", name, "files", source)));
        faces.push(
          `@font-face{font-family:"${family}";font-style:normal;font-display:swap;font-weight:${weight};` +
            `src:url(${file}) format("woff2");unicode-range:${ranges[subset]}}`,
        );
      }
    }
  }
  return faces.join("\n");
}

// What the build before made stays: a process that runs since then still hands its pages the old names.
async function forgetOlder(before) {
  const kept = new Set([...Object.values(before), ...Object.values(manifest)]);
  const hashed = (await readdir(target)).filter((name) => /\.[0-9a-f]{12}\./.test(name));
  const old = hashed.filter((name) => !kept.has(name.replace(/\.(gz|br)$/, "")));
  await Promise.all(old.map((name) => rm(path.join(target, name))));
}

async function build(stamp) {
  await mkdir(target, { recursive: true });
  const before = JSON.parse(await readFile(path.join(target, "manifest.json"), "utf8").catch(() => "{}"));
  const kern = await readFile(from("@kern-ux/native/dist/kern.min.css"), "utf8");
  await put("fonts.css", await fontSheet());
  await put("kern.css", kern);
  await put("kern.rtl.css", rtlcss.process(kern));
  for (const name of ["site.css", "console.js", "icon.svg"]) await put(name, await readFile(path.join(own, name), "utf8"));
  await put("altcha.css", await readFile(from("altcha/dist/external/altcha.css")));
  await put("altcha.js", await readFile(from("altcha/dist/external/altcha.min.js")));
  await put("altcha-worker.js", await readFile(from("altcha/dist/workers/sha.js")));
  for (const [name, file] of Object.entries(LICENCES)) await writeFile(path.join(target, name), await readFile(file));
  await forgetOlder(before);
  // Written last: whoever finds the stamp finds everything else.
  await writeFile(path.join(target, "manifest.json"), JSON.stringify(manifest, null, 2));
  await writeFile(path.join(target, "stamp"), stamp);
}

const stamp = await inputs();
const built = await readFile(path.join(target, "stamp"), "utf8").catch(() => "");
if (stamp === built) console.log("assets: nothing has changed");
else {
  await build(stamp);
  console.log(`assets: ${Object.keys(manifest).length} files built`);
}
