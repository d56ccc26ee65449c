// Sending what a desk collected. Sent again it is harmless: the server knows each entry by its client id.
import { forgetList, keepList, pending, settle } from "./door-store.js";

const AT_ONCE = 200;
const PATIENCE = 10_000;

export class Away extends Error {}
export class SignedOut extends Error {}
export class Refused extends Error {}

async function ask(url, options = {}) {
  let answer;
  try {
    answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...options });
  } catch {
    throw new Away();
  }
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (answer.ok && isJson) return answer.json();
  // The sign-in page instead of an answer, or a token that is over.
  if (answer.ok || [400, 401, 403].includes(answer.status)) throw new SignedOut();
  if (answer.status >= 500 || answer.status === 429) throw new Away();
  throw new Refused();
}

// The newest list and count; a session that ended takes the list away from this phone.
async function refresh(desk) {
  try {
    const state = await ask(`${desk.base}/stand`);
    const { csrf_token: token, ...list } = state;
    await keepList(desk.conference, list);
    return token;
  } catch (error) {
    if (error instanceof SignedOut) await forgetList(desk.conference);
    throw error;
  }
}

// Sends until nothing waits; gives back the count. Raises Away, SignedOut or Refused, and then everything stays as it was.
export async function sync(desk) {
  const token = await refresh(desk);
  let batch;
  while ((batch = (await pending(desk.conference)).slice(0, AT_ONCE)).length) {
    const answer = await ask(`${desk.base}/abgleich`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ checkins: batch.map((row) => row.entry) }),
    });
    const answered = batch.map((row, place) => [row, answer.checkins[place]]);
    await settle(desk.conference, answered, told, answer.attendance);
  }
}

// A line of the log as the verdict changes it; what was undone meanwhile stays undone.
function told(line, { result, people, at }) {
  if (line.result === "undone" || result === "undone") return line;
  const counted = result === "checked_in" ? people : 0;
  const isWalkIn = line.kind === "walk_in" && counted;
  return { ...line, result: isWalkIn ? "walk_in" : result, counted, people: people ?? line.people, since: at ?? line.since };
}
