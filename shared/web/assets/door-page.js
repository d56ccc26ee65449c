// What the desk's page shows: the verdict, the count, the last entries, and how it stands with the network.
const at = (id) => document.getElementById(id);
const main = document.querySelector("main");
const words = at("worte").dataset;
const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language === "ar" ? "ar-u-nu-latn" : language, { hour: "numeric", minute: "2-digit" });

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(text, press) {
  const made = element("button", "kern-btn kern-btn--secondary");
  made.type = "button";
  made.append(element("span", "kern-label", text));
  made.addEventListener("click", press);
  return made;
}

export function showResult({ result, people = 0, since }) {
  const told = (main.querySelector(`template[data-result="${result}"]`) ?? main.querySelector('template[data-result="invalid"]')).dataset;
  const time = since ? clock.format(new Date(since)) : "";
  const icon = element("span", `kern-icon kern-icon--${told.kind}`);
  icon.setAttribute("aria-hidden", "true");
  const text = element("div", "");
  text.append(element("p", "door-result__word", told.word));
  text.append(element("p", "door-result__text", told.text.replace("{people}", people).replace("{at}", time)));
  const card = at("ergebnis");
  card.className = `door-result door-result--${told.kind}`;
  card.replaceChildren(icon, text);
}

export function showAdjusting(isPossible, people) {
  at("anpassen").hidden = !isPossible;
  at("einer-weniger").disabled = people <= 1;
}

export function showCount(people) {
  at("da").textContent = people.toLocaleString(language === "ar" ? "en" : language);
}

// `trouble` is the name of a word, or undefined where all is well.
export function showNetwork(waiting, trouble, send) {
  const line = at("netz");
  const state = waiting ? words.waiting.replace("{n}", waiting) : words.sent;
  const text = [trouble && words[trouble], (waiting || !trouble) && state].filter(Boolean).join(" ");
  line.hidden = false;
  line.className = `door__net door__net--${waiting || trouble ? "waiting" : "sent"}`;
  line.replaceChildren(element("span", "", text), ...(waiting && trouble !== "signedOut" ? [button(words.send, send)] : []));
  at("neu-anmelden").hidden = trouble !== "signedOut";
}

export function showLast(lines, undo) {
  at("zuletzt").replaceChildren(...lines.map((line) => {
    const told = main.querySelector(`template[data-result="${line.result}"]`)?.dataset ?? {};
    const kind = line.kind === "walk_in" ? words.walkIn : words.ticket;
    const isPlain = ["checked_in", "walk_in"].includes(line.result);
    const text = [clock.format(new Date(line.at)), kind, "·", line.people, ...(isPlain ? [] : ["·", told.word])];
    const row = element("li", `door__line--${told.kind ?? "danger"}`);
    row.append(element("span", "", text.join(" ")));
    if (isPlain || line.result === "unchecked") row.append(button(words.undo, () => undo(line)));
    return row;
  }));
}
