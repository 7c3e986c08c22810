// The original's helper functions that are pure, written in JavaScript: no call leaves the realm.
//
//   makeHelpers() -> { helpers: {name: function}, reseed(hex) }
//
// Bytes are lists of numbers from 0 to 255. Where bytes are expected a text stands for its UTF-8. Base64 with the
// URL's alphabet is padded, as in the original, and read with and without padding. What cannot be decoded is null (an
// empty text for `atob`), as in the original.
(function makeHelpers() {
  "use strict";
  const MASK = (1n << 64n) - 1n;
  const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const FOR_URLS = `${STANDARD.slice(0, 62)}-_`;

  function encodeText(text) {
    const out = [];
    for (const character of text.toWellFormed()) {
      const code = character.codePointAt(0);
      if (code < 0x80) out.push(code);
      else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000) out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      else out.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
    return out;
  }

  // How many bytes follow a first byte, and the bounds of the second one (RFC 3629, section 4).
  function sequence(first) {
    if (first >= 0xc2 && first <= 0xdf) return [1, 0x80, 0xbf];
    if (first >= 0xe0 && first <= 0xef) return [2, first === 0xe0 ? 0xa0 : 0x80, first === 0xed ? 0x9f : 0xbf];
    if (first >= 0xf0 && first <= 0xf4) return [3, first === 0xf0 ? 0x90 : 0x80, first === 0xf4 ? 0x8f : 0xbf];
    return null;
  }

  // Text of bytes; what is no UTF-8 becomes U+FFFD, one for each longest beginning of a sequence.
  function decodeText(list) {
    const out = [];
    for (let at = 0; at < list.length; ) {
      const first = list[at++];
      const shape = sequence(first);
      if (shape === null) {
        out.push(first < 0x80 ? String.fromCharCode(first) : "\ufffd");
        continue;
      }
      let [more, low, high] = shape;
      let code = first & (0x3f >> more);
      for (; more > 0 && list[at] >= low && list[at] <= high; more -= 1) {
        code = (code << 6) | (list[at++] & 63);
        [low, high] = [0x80, 0xbf];
      }
      out.push(more ? "\ufffd" : String.fromCodePoint(code));
    }
    return out.join("");
  }

  const isByte = (item) => Number.isInteger(item) && item >= 0 && item <= 255;

  function isBytes(value) {
    return Array.isArray(value) && value.every(isByte);
  }

  function bytes(value) {
    if (typeof value === "string") return encodeText(value);
    if (ArrayBuffer.isView(value)) return Array.from(value);
    if (isBytes(value)) return value;
    throw new TypeError("Expected a text or bytes (a list of numbers from 0 to 255).");
  }

  function toHex(list) {
    return list.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function HexEncode(data) {
    return toHex(bytes(data));
  }

  function HexDecode(text) {
    if (typeof text !== "string" || !/^([0-9a-f]{2})*$/i.test(text)) return null;
    return (text.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
  }

  function toBase64(list, alphabet) {
    const out = [];
    for (let at = 0; at < list.length; at += 3) {
      const [first, second = 0, third = 0] = [list[at], list[at + 1], list[at + 2]];
      const bits = (first << 16) | (second << 8) | third;
      const four = [bits >> 18, (bits >> 12) & 63, (bits >> 6) & 63, bits & 63].map((index) => alphabet[index]);
      const left = list.length - at;
      out.push(four.slice(0, left + 1).join("").padEnd(4, "="));
    }
    return out.join("");
  }

  function fromBase64(text, alphabet) {
    if (typeof text !== "string") return null;
    const plain = text.replace(/[\r\n]/g, "").replace(/={1,2}$/, "");
    if (plain.length % 4 === 1) return null;
    const out = [];
    let bits = 0;
    let count = 0;
    for (const character of plain) {
      const index = alphabet.indexOf(character);
      if (index < 0) return null;
      bits = ((bits << 6) | index) & 0xffff;
      count += 6;
      if (count >= 8) out.push((bits >> (count -= 8)) & 255);
    }
    return out;
  }

  const btoa = (data) => toBase64(bytes(data), STANDARD);
  const Base64Encode = (data) => toBase64(bytes(data), STANDARD);
  const Base64Decode = (text) => fromBase64(text, STANDARD);
  const URLEncode = (data) => toBase64(bytes(data), FOR_URLS);
  const URLDecode = (text) => fromBase64(text, FOR_URLS);
  const atob = (text) => decodeText(fromBase64(text, STANDARD) ?? []);

  function FromJson(data) {
    try {
      return JSON.parse(typeof data === "string" ? data : decodeText(bytes(data)));
    } catch {
      return null;
    }
  }

  const ToJson = (value) => JSON.stringify(value) ?? "null";

  // The first 64 bits of the fraction of the root of the first primes: the constants of FIPS 180-4, sections 4.2, 5.3.
  function constants(count, degree) {
    const out = [];
    for (let candidate = 2n; out.length < count; candidate += 1n) {
      let isPrime = true;
      for (let divisor = 2n; divisor * divisor <= candidate; divisor += 1n) isPrime &&= candidate % divisor !== 0n;
      if (isPrime) out.push(root(candidate << (64n * degree), degree) & MASK);
    }
    return out;
  }

  function root(value, degree) {
    let guess = 1n << 68n;
    for (;;) {
      const next = ((degree - 1n) * guess + value / guess ** (degree - 1n)) / degree;
      if (next >= guess) return guess;
      guess = next;
    }
  }

  // The message, a bit 1, zeros, and its length in bits in the last `tail` bytes (big or little endian).
  function pad(message, block, tail, littleEndian = false) {
    const zeros = (2 * block - tail - 1 - (message.length % block)) % block;
    const size = Array.from({ length: tail }, (_, index) => (index < 8 ? Math.floor((message.length * 8) / 256 ** index) % 256 : 0));
    return message.concat([0x80], new Array(zeros).fill(0), littleEndian ? size : size.reverse());
  }

  const K512 = constants(80, 3n);
  const H512 = constants(8, 2n);
  const K256 = K512.slice(0, 64).map((word) => Number(word >> 32n) | 0);
  const H256 = H512.map((word) => Number(word >> 32n) | 0);
  const KMD5 = Array.from({ length: 64 }, (_, index) => Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32) | 0);
  const SMD5 = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

  const right = (word, by) => (word >>> by) | (word << (32 - by));

  function schedule256(data, at) {
    const w = [];
    for (let t = 0; t < 16; t += 1, at += 4) w.push((data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3]);
    for (let t = 16; t < 64; t += 1) {
      const [x, y] = [w[t - 15], w[t - 2]];
      const s0 = right(x, 7) ^ right(x, 18) ^ (x >>> 3);
      const s1 = right(y, 17) ^ right(y, 19) ^ (y >>> 10);
      w.push((w[t - 16] + s0 + w[t - 7] + s1) | 0);
    }
    return w;
  }

  // FIPS 180-4, section 6.2.
  function sha256(message) {
    const data = pad(message, 64, 8);
    const state = H256.slice();
    for (let at = 0; at < data.length; at += 64) {
      const w = schedule256(data, at);
      let [a, b, c, d, e, f, g, h] = state;
      for (let t = 0; t < 64; t += 1) {
        const t1 = (h + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + ((e & f) ^ (~e & g)) + K256[t] + w[t]) | 0;
        const t2 = ((right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((word, index) => { state[index] = (state[index] + word) | 0; });
    }
    return state.flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]);
  }

  const wide = (word, by) => (word >> by) | ((word << (64n - by)) & MASK);

  function schedule512(data, at) {
    const w = [];
    for (let t = 0; t < 16; t += 1) w.push(BigInt(`0x${toHex(data.slice(at + t * 8, at + t * 8 + 8))}`));
    for (let t = 16; t < 80; t += 1) {
      const [x, y] = [w[t - 15], w[t - 2]];
      const s0 = wide(x, 1n) ^ wide(x, 8n) ^ (x >> 7n);
      const s1 = wide(y, 19n) ^ wide(y, 61n) ^ (y >> 6n);
      w.push((w[t - 16] + s0 + w[t - 7] + s1) & MASK);
    }
    return w;
  }

  // FIPS 180-4, section 6.4.
  function sha512(message) {
    const data = pad(message, 128, 16);
    const state = H512.slice();
    for (let at = 0; at < data.length; at += 128) {
      const w = schedule512(data, at);
      let [a, b, c, d, e, f, g, h] = state;
      for (let t = 0; t < 80; t += 1) {
        const t1 = h + (wide(e, 14n) ^ wide(e, 18n) ^ wide(e, 41n)) + ((e & f) ^ (~e & g)) + K512[t] + w[t];
        const t2 = (wide(a, 28n) ^ wide(a, 34n) ^ wide(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g; g = f; f = e; e = (d + t1) & MASK; d = c; c = b; b = a; a = (t1 + t2) & MASK;
      }
      [a, b, c, d, e, f, g, h].forEach((word, index) => { state[index] = (state[index] + word) & MASK; });
    }
    return HexDecode(state.map((word) => word.toString(16).padStart(16, "0")).join(""));
  }

  const MIX = [
    (b, c, d) => (b & c) | (~b & d),
    (b, c, d) => (d & b) | (~d & c),
    (b, c, d) => b ^ c ^ d,
    (b, c, d) => c ^ (b | ~d),
  ];
  const PLACE = [(t) => t, (t) => (5 * t + 1) % 16, (t) => (3 * t + 5) % 16, (t) => (7 * t) % 16];

  // RFC 1321.
  function md5(message) {
    const data = pad(message, 64, 8, true);
    const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
    for (let at = 0; at < data.length; at += 64) {
      let [a, b, c, d] = state;
      for (let t = 0; t < 64; t += 1) {
        const round = t >> 4;
        const from = at + 4 * PLACE[round](t);
        const word = data[from] | (data[from + 1] << 8) | (data[from + 2] << 16) | (data[from + 3] << 24);
        const sum = (a + MIX[round](b, c, d) + KMD5[t] + word) | 0;
        [a, d, c, b] = [d, c, b, (b + right(sum, 32 - SMD5[4 * round + (t & 3)])) | 0];
      }
      [a, b, c, d].forEach((word, index) => { state[index] = (state[index] + word) | 0; });
    }
    return state.flatMap((word) => [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24]);
  }

  // RFC 2104.
  function hmac(hash, block, key, data) {
    const short = bytes(key);
    const full = short.length > block ? hash(short) : short;
    const filled = full.concat(new Array(block - full.length).fill(0));
    const inner = hash(filled.map((byte) => byte ^ 0x36).concat(bytes(data)));
    return hash(filled.map((byte) => byte ^ 0x5c).concat(inner));
  }

  const SHA256Hash = (data) => sha256(bytes(data));
  const SHA512Hash = (data) => sha512(bytes(data));
  const MD5Hash = (data) => md5(bytes(data));
  const HMACSHA256 = (key, data) => hmac(sha256, 64, key, data);
  const HMACSHA512 = (key, data) => hmac(sha512, 128, key, data);

  let seed = "";
  let drawn = 0;

  // Each crossing brings fresh randomness of the operating system: ids cannot be told from earlier ones.
  function reseed(hex) {
    seed = hex;
    drawn = 0;
  }

  const dashed = (hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

  // RFC 9562, section 5.7.
  function uuid() {
    drawn += 1;
    const random = sha256(encodeText(`${seed}:${drawn}`));
    random[0] = 0x70 | (random[0] & 0x0f);
    random[2] = 0x80 | (random[2] & 0x3f);
    return dashed(Date.now().toString(16).padStart(12, "0") + toHex(random.slice(0, 10)));
  }

  function ToString(value) {
    if (typeof value === "string") return value;
    if (value === null || value === undefined) return "";
    if (!Array.isArray(value) || !value.length || !isBytes(value)) return typeof value === "object" ? ToJson(value) : String(value);
    return value.length === 16 ? dashed(toHex(value)) : decodeText(value);
  }

  const named = { btoa, atob, FromJson, ToJson, HexEncode, HexDecode, Base64Encode, Base64Decode, URLEncode, URLDecode };
  const hashes = { SHA256Hash, SHA512Hash, MD5Hash, HMACSHA256, HMACSHA512 };
  return { helpers: { ...named, ...hashes, uuid, ToString }, reseed };
})
