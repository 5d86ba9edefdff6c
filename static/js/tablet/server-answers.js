// Whether the server is there: a page that is left while it is away stays blank.

const PATIENCE = 4000;

export async function serverAnswers(address) {
  const given = new AbortController();
  const patience = setTimeout(() => given.abort(), PATIENCE);
  try {
    return (await fetch(address, { cache: "no-store", signal: given.signal })).ok;
  } catch {
    return false;
  } finally {
    clearTimeout(patience);
  }
}
