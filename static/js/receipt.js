// The receipt of a rating, from its id alone: the same rule as the server's,
// so that a screen without a network can show it too.

const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

export function receiptCode(id) {
  const hex = id.replaceAll("-", "").slice(-15); // the last 60 bits
  const bits = [...hex].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
  const digits = bits.match(/.{5}/g).map((five) => Number.parseInt(five, 2));
  let check = 0;
  for (const digit of digits) {
    check = (check ^ digit) << 1;
    if (check & 32) check ^= 37;
  }
  const code = [...digits, check].map((digit) => ALPHABET[digit]).join("");
  return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;
}
