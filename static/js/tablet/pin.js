// Checks the operator's PIN without a server: PBKDF2 with HMAC-SHA-256 (RFC 8018,
// FIPS 180-4). Browsers give their own only to https and localhost, and a hall's
// network is often plain http.

const BLOCK = 64; // bytes

function primes(count) {
  const found = [];
  for (let number = 2; found.length < count; number += 1) {
    if (found.every((prime) => number % prime !== 0)) found.push(number);
  }
  return found;
}

// The standard defines its constants so: the first 32 bits behind the point.
const fraction = (root) => Math.floor((root % 1) * 2 ** 32) | 0;
const ROUNDS = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));
const schedule = new Int32Array(64);

const turn = (word, by) => (word >>> by) | (word << (32 - by));

function extend(block, from) {
  for (let at = 0; at < 16; at += 1) schedule[at] = block.getInt32(from + 4 * at);
  for (let at = 16; at < 64; at += 1) {
    const late = schedule[at - 2];
    const early = schedule[at - 15];
    const mixed = (turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)) + (turn(early, 7) ^ turn(early, 18) ^ (early >>> 3));
    schedule[at] = mixed + schedule[at - 16] + schedule[at - 7];
  }
}

// Returns the state after one more block of 64 bytes.
function compressed(state, block, from = 0) {
  extend(block, from);
  let [a, b, c, d, e, f, g, h] = state;
  for (let at = 0; at < 64; at += 1) {
    const choice = g ^ (e & (f ^ g));
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + ROUNDS[at] + schedule[at]) | 0;
    const majority = (a & b) | (c & (a | b));
    const second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  return Int32Array.of(a, b, c, d, e, f, g, h).map((word, at) => word + state[at]);
}

// Returns what follows `before` bytes that are in the state already.
function finished(state, bytes, before = 0) {
  const padded = new Uint8Array(BLOCK * Math.ceil((bytes.length + 9) / BLOCK));
  padded.set(bytes);
  padded[bytes.length] = 128;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, 8 * (before + bytes.length));
  let reached = state;
  for (let from = 0; from < padded.length; from += BLOCK) reached = compressed(reached, view, from);
  const digest = new Uint8Array(32);
  reached.forEach((word, at) => new DataView(digest.buffer).setInt32(4 * at, word));
  return digest;
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function sha256(bytes) {
  return hex(finished(START, bytes));
}

// Returns HMAC with a key of at most 64 bytes; its two halves are made once.
function authenticator(key) {
  const [inner, outer] = [0x36, 0x5c].map((pad) => {
    const block = new Uint8Array(BLOCK).map((_, at) => pad ^ (key[at] ?? 0));
    return compressed(START, new DataView(block.buffer));
  });
  return (bytes) => finished(outer, finished(inner, bytes, BLOCK), BLOCK);
}

// Returns 32 bytes of PBKDF2 in hexadecimal; `salt` is hexadecimal too.
export function stretched(pin, salt, rounds) {
  const sign = authenticator(new TextEncoder().encode(pin));
  const bytes = salt.match(/../g).map((pair) => Number.parseInt(pair, 16));
  let block = sign(Uint8Array.from([...bytes, 0, 0, 0, 1]));
  const sum = block.slice();
  for (let round = 1; round < rounds; round += 1) {
    block = sign(block);
    for (let at = 0; at < 32; at += 1) sum[at] ^= block[at];
  }
  return hex(sum);
}
