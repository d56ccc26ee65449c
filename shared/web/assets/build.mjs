// Makes shared/web/static/vendor/: KERN and its mirrored sheet, fonts, our own sheets, scripts and sign, the proof-of-work widget,
// the reader of QR pictures; and the fonts of papers.
// Names carry a hash of the content, manifest.json says which name stands for what. Runs only when an input has changed.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import path from "node:path";
import rtlcss from "rtlcss";
import subsetFont from "subset-font";

const own = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(own, "../../..");
const target = path.resolve(own, "../static/vendor");
const from = (...parts) => path.join(root, "node_modules", ...parts);

const WEIGHTS = [400, 600];
// What Arabic, Persian and Dari are written with; the rest of the font is two thirds of its weight.
const ARABIC = "U+600-65f,U+660-66f,U+670,U+67e,U+686,U+698,U+6a9,U+6af,U+6be,U+6c0-6c1,U+6cc,U+6d2,U+6d4,U+6f0-6f9,U+200c-200d";
// What Turkish, Polish and the other languages of Europe are written with: whole, this part alone weighs 97 kB.
const EUROPEAN = "U+100-17f,U+18f,U+192,U+218-21b,U+259,U+1e80-1e85,U+1e9e,U+1ef2-1ef3,U+20a0-20c0,U+2113";
const FONTS = [
  {
    family: "Fira Sans",
    name: "fira-sans",
    subsets: ["latin", "latin-ext", "cyrillic", "cyrillic-ext"],
    only: { "latin-ext": EUROPEAN },
  },
  { family: "Noto Sans Arabic", name: "noto-sans-arabic", subsets: ["arabic"], only: { arabic: ARABIC } },
];
// Papers draw names too, in more scripts than pages are translated into, and PDF takes no WOFF.
const PAPER_FONTS = {
  "fira-sans": ["latin", "latin-ext", "vietnamese", "greek", "cyrillic", "cyrillic-ext"],
  "noto-sans-arabic": ["arabic"],
  "noto-sans-ethiopic": ["ethiopic"],
};
const LICENCES = {
  "LICENSE-kern.md": from("@kern-ux/native/LICENSE.md"),
  "LICENSE-fira-sans.txt": from("@fontsource/fira-sans/LICENSE"),
  "LICENSE-noto-sans-arabic.txt": from("@fontsource/noto-sans-arabic/LICENSE"),
  "LICENSE-noto-sans-ethiopic.txt": from("@fontsource/noto-sans-ethiopic/LICENSE"),
  "LICENSE-altcha.txt": from("altcha/LICENSE.txt"),
  "LICENSE-qr.txt": from("qr/LICENSE-MIT"),
};
// What is imported stands before what imports it.
const DOOR = ["door-store.js", "door-codes.js", "door-camera.js", "door-page.js", "door-sync.js", "door.js", "door-worker.js"];
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

// Modules import each other by the names they have here.
const named = (module) => module.replace(/from (["'])\.\/([\w-]+\.js)\1/g, (_, quote, name) => `from ${quote}./${manifest[name]}${quote}`);

// The characters that a unicode-range names.
function charactersOf(ranges) {
  const spans = ranges.split(",").map((range) => range.slice(2).split("-").map((code) => parseInt(code, 16)));
  return spans.flatMap(([first, last = first]) => Array.from({ length: last - first + 1 }, (_, step) => String.fromCodePoint(first + step))).join("");
}

async function fontSheet() {
  const faces = [];
  for (const { family, name, subsets, only } of FONTS) {
    const ranges = JSON.parse(await readFile(from("@fontsource", name, "unicode.json"), "utf8"));
    for (const subset of subsets) {
      for (const weight of WEIGHTS) {
        const source = `${name}-${subset}-${weight}-normal.woff2`;
        const whole = await readFile(from("@fontsource", name, "files", source));
        const drawn = only[subset];
        const font = drawn ? await subsetFont(whole, charactersOf(drawn), { targetFormat: "woff2" }) : whole;
        const file = await put(source, font);
        faces.push(
          `@font-face{font-family:"${family}";font-style:normal;font-display:swap;font-weight:${weight};` +
            `src:url(${file}) format("woff2");unicode-range:${drawn ?? ranges[subset]}}`,
        );
      }
    }
  }
  return faces.join("\n");
}

// Without a hash in their names: whoever reads this folder takes every font in it.
async function paperFonts() {
  const folder = path.join(target, "papers");
  await mkdir(folder, { recursive: true });
  for (const [name, subsets] of Object.entries(PAPER_FONTS)) {
    const ranges = JSON.parse(await readFile(from("@fontsource", name, "unicode.json"), "utf8"));
    for (const subset of subsets) {
      for (const weight of WEIGHTS) {
        const whole = await readFile(from("@fontsource", name, "files", `${name}-${subset}-${weight}-normal.woff2`));
        // Every part brings its own spaces: for these nobody looks into the next one.
        const font = await subsetFont(whole, ` \u00a0${charactersOf(ranges[subset])}`, { targetFormat: "truetype" });
        await writeFile(path.join(folder, `${name}-${subset}-${weight}.ttf`), font);
      }
    }
  }
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
  for (const name of ["site.css", "door.css", "console.js", "proof.js", "icon.svg"]) await put(name, await readFile(path.join(own, name), "utf8"));
  await put("altcha.css", await readFile(from("altcha/dist/external/altcha.css")));
  await put("altcha.js", await readFile(from("altcha/dist/external/altcha.min.js")));
  await put("altcha-worker.js", await readFile(from("altcha/dist/workers/sha.js")));
  await put("qr.js", await readFile(from("qr/index.js"), "utf8"));
  await put("qr-decode.js", named((await readFile(from("qr/decode.js"), "utf8")).replace("./index.js", "./qr.js")));
  for (const name of DOOR) await put(name, named(await readFile(path.join(own, name), "utf8")));
  await paperFonts();
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
