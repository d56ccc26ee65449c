// Tickets without network: Crockford's check symbol finds typing mistakes, marks find the ticket. Both as the server has them.
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 9;
const ALIKE = { I: "1", L: "1", O: "0" };
// Arabic and Persian digits.
const ZEROS = [0x660, 0x6f0];

function western(sign) {
  const zero = ZEROS.find((first) => sign.codePointAt(0) >= first && sign.codePointAt(0) < first + 10);
  return zero ? String(sign.codePointAt(0) - zero) : sign;
}

// The code that was meant, or undefined where it can't be one.
export function readCode(typed) {
  const signs = [...typed.toUpperCase()].filter((sign) => /[\p{L}\p{N}]/u.test(sign)).map(western);
  const code = signs.map((sign) => ALIKE[sign] ?? sign).join("");
  if (code.length !== LENGTH + 1 || [...code].some((sign) => !ALPHABET.includes(sign))) return undefined;
  const number = [...code.slice(0, -1)].reduce((sum, sign) => (sum * 32 + ALPHABET.indexOf(sign)) % 37, 0);
  return number === ALPHABET.indexOf(code.at(-1)) ? code : undefined;
}

// The mark under which the list knows this code.
export async function markOf(salt, code, length) {
  const bytes = (text) => new TextEncoder().encode(text);
  const key = await crypto.subtle.importKey("raw", bytes(salt), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signed = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes(`["ticket", "${code}"]`)));
  return [...signed].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, length);
}
