// The diary on a device: what is written goes into a queue on the device first, and from there to
// the site as soon as it can be reached. An entry leaves the queue only when the site has
// acknowledged it. Without this script, or where the device can keep nothing, the form is sent as
// any other.
"use strict";

(() => {
  const store = window.diaryStore;
  const page = document.getElementById("diary");
  const form = document.getElementById("diary-form");
  const words = JSON.parse(document.getElementById("diary-words").textContent);
  const part = (name) => document.getElementById(`diary-${name}`);
  const STRIP_DAYS = 7;
  // plain "en" would put the month first, as the rest of the pages do not
  const LANGUAGE = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const AT_ONCE = 50;
  const RETRY_MS = 20000;
  const TIMEOUT_MS = 20000;

  let known = null; // what the site last said of the course
  let waiting = []; // the queue, in the order of writing
  let chosen = form.elements.day.value;
  let stripEnd = "";
  let dirty = false;
  let signedOut = false;
  const drafts = new Map();

  // Days, as 2027-01-31

  function dayOf(moment) {
    const format = new Intl.DateTimeFormat("en", { timeZone: known.zone, year: "numeric", month: "2-digit", day: "2-digit" });
    const parts = Object.fromEntries(format.formatToParts(moment).map((one) => [one.type, one.value]));
    return `${parts.year}-${parts.month}-${parts.day}`;
  }
  const today = () => dayOf(new Date());
  const date = (day) => new Date(`${day}T12:00:00Z`);
  const shifted = (day, by) => new Date(date(day).getTime() + by * 86400000).toISOString().slice(0, 10);
  const newest = () => (today() < known.last_day ? today() : known.last_day);
  const number = (day) => Math.round((date(day) - date(known.first_day)) / 86400000);
  const shown = (day, how) => date(day).toLocaleDateString(LANGUAGE, { timeZone: "UTC", ...how });
  const long = (day) => shown(day, { weekday: "long", day: "numeric", month: "long" });

  // What there is of a day

  const mine = () => waiting.filter((item) => known && item.owner === known.owner);
  const ofDay = (day) => mine().filter((item) => item.course === known.course && item.entry.day === day).at(-1);
  const entryOf = (day) => (ofDay(day) ? ofDay(day).entry : known.days[day]?.entry);
  const statusOf = (day) => (ofDay(day) ? "waiting" : known.days[day]?.status || "missing");
  const isOpen = () => Boolean(known && known.course && !known.stopped && today() >= known.first_day);

  // Showing it

  function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
    element.classList.toggle("none", !text);
  }

  function render() {
    const open = isOpen();
    const current = !known || !known.today || known.stopped || known.today === today();
    if (known) say(part("course"), current ? known.words : "");
    else say(part("course"), words.no_course);
    part("days").hidden = form.hidden = !open;
    part("conflict").classList.toggle("none", !(known && Object.values(known.days).some((one) => one.status === "conflict")));
    part("guess").classList.toggle("none", !(known && known.guess));
    if (known && known.guess) part("guess").firstElementChild.href = known.guess;
    say(part("connection"), !navigator.onLine ? words.offline : signedOut ? words.signed_out : "");
    part("sign-in").hidden = !(signedOut && navigator.onLine);
    if (open) renderDays();
    renderWaiting();
    if (open && !dirty) fill();
  }

  function renderDays() {
    if (!chosen || chosen > newest() || chosen < known.first_day) chosen = newest();
    if (!stripEnd || stripEnd > newest()) stripEnd = newest();
    if (chosen <= shifted(stripEnd, -STRIP_DAYS) || chosen > stripEnd) {
      stripEnd = chosen > shifted(newest(), -STRIP_DAYS) ? newest() : shifted(chosen, 3);
    }
    const days = Array.from({ length: STRIP_DAYS }, (_, back) => shifted(stripEnd, back + 1 - STRIP_DAYS));
    part("days").firstElementChild.replaceChildren(...days.filter((day) => day >= known.first_day).map(dayLink));
    part("earlier").hidden = days[0] <= known.first_day;
    part("later").hidden = stripEnd >= newest();
  }

  function dayLink(day) {
    const item = document.createElement("li");
    const link = item.appendChild(document.createElement("a"));
    const status = statusOf(day);
    const said = { waiting: words.waiting, done: words.done, late: words.late, conflict: words.conflicting, missing: words.missing };
    link.href = `?day=${day}`;
    link.dataset.day = day;
    link.className = status;
    if (day === chosen) link.setAttribute("aria-current", "date");
    const visible = link.appendChild(document.createElement("span"));
    visible.setAttribute("aria-hidden", "true");
    visible.append(shown(day, { weekday: "short" }), document.createElement("br"));
    visible.appendChild(document.createElement("strong")).textContent = String(date(day).getUTCDate());
    const spoken = link.appendChild(document.createElement("span"));
    spoken.className = "hidden";
    spoken.textContent = `${long(day)}: ${said[status]}`;
    return item;
  }

  function renderWaiting() {
    const items = known ? mine() : [];
    const others = waiting.length - items.length;
    part("waiting").hidden = !waiting.length;
    part("waiting").querySelector("ul").replaceChildren(...items.map(waitingRow));
    part("others").hidden = !others;
    part("others").textContent = others ? words.others : "";
  }

  function waitingRow(item) {
    const row = document.createElement("li");
    const day = row.appendChild(document.createElement("span"));
    day.className = "grow";
    day.textContent = long(item.entry.day);
    const how = row.appendChild(document.createElement("span"));
    how.className = "muted";
    how.textContent = item.refused ? words.refused.replace("%s", item.refused) : words.waiting;
    if (item.refused) {
      const button = row.appendChild(document.createElement("button"));
      button.type = "button";
      button.className = "plain";
      button.textContent = words.discard;
      button.addEventListener("click", () => discard(item));
    }
    return row;
  }

  async function discard(item) {
    await store.drop(item.number);
    waiting = await store.waiting();
    dirty = false;
    render();
  }

  // The form of one day

  function fill() {
    const entry = drafts.get(chosen) || entryOf(chosen) || { taken: null, ratings: {}, adverse: [], note: "" };
    dirty = drafts.has(chosen);
    part("day").textContent = chosen === today() ? `${words.today}, ${long(chosen)}` : long(chosen);
    form.elements.day.value = chosen;
    part("dose").hidden = chosen < known.dose_from;
    part("planned").textContent = planned(chosen);
    for (const radio of form.elements.taken) radio.checked = entry.taken === (radio.value === "yes") && entry.taken !== null;
    part("symptoms").replaceChildren(...known.symptoms.map((symptom) => slider(symptom, entry.ratings[symptom.name])));
    fillEffects(entry.adverse);
    form.elements.note.value = entry.note;
    form.querySelector(".actions button").textContent = entryOf(chosen) ? words.change : words.save;
  }

  function planned(day) {
    const kit = known.kits.find((one) => one.first <= day && day <= one.last);
    const dose = known.doses[number(day)];
    if (kit) return words.kit.replace("%s", kit.code);
    return dose ? words.planned.replace("%s", dose.toLocaleString(LANGUAGE)) : "";
  }

  function slider(symptom, value) {
    const field = part("symptom").content.firstElementChild.cloneNode(true);
    const input = field.querySelector("input");
    const ends = field.querySelector(".ends");
    input.id = input.name = `rating-${symptom.position}`;
    ends.id = `ends-${symptom.position}`;
    input.setAttribute("aria-describedby", ends.id);
    field.querySelector("label").htmlFor = input.id;
    field.querySelector("label").textContent = symptom.question;
    field.querySelector("output").setAttribute("for", input.id);
    input.min = symptom.low;
    input.max = symptom.high;
    ends.firstElementChild.textContent = `${symptom.low} ${symptom.low_words}`;
    ends.lastElementChild.textContent = `${symptom.high} ${symptom.high_words}`;
    input.setAttribute("value", value ?? "");
    slide(field);
    return field;
  }

  // From a number that may stay empty to a slider that may stay untouched.
  function slide(field) {
    const input = field.querySelector("input");
    const value = input.getAttribute("value");
    input.removeAttribute("inputmode");
    input.step = input.max - input.min >= 5 ? 1 : "any";
    if (value && !Number.isInteger(Number(value))) input.step = "any";
    input.type = "range";
    input.value = value || (Number(input.min) + Number(input.max)) / 2;
    field.querySelector(".said").hidden = false;
    touch(input, Boolean(value));
    for (const kind of ["input", "click", "change"]) input.addEventListener(kind, () => touch(input, true));
    field.querySelector("button").addEventListener("click", () => {
      touch(input, false);
      dirty = true;
      input.focus();
    });
  }

  function touch(input, touched) {
    input.dataset.touched = touched ? "yes" : "";
    input.classList.toggle("untouched", !touched);
    const text = touched ? input.value : words.not_rated;
    input.setAttribute("aria-valuetext", text);
    input.closest(".rating").querySelector("output").textContent = text;
    input.closest(".rating").querySelector("button").hidden = !touched;
  }

  function fillEffects(adverse) {
    const said = new Map(adverse.map((one) => [one.term, one.severity]));
    const offered = new Set();
    for (const box of form.querySelectorAll(".effects [type=checkbox]")) {
      box.checked = said.has(box.value);
      box.closest("li").querySelector("select").value = said.get(box.value) || "mild";
      offered.add(box.value);
    }
    fillOwn(adverse.filter((one) => !offered.has(one.term)));
    part("effects").open = adverse.length > 0;
  }

  const ownRows = () => [...form.querySelectorAll(".effects .own")];

  // What was said in own words, a line each, and an empty line where there is none.
  function fillOwn(own) {
    for (const row of ownRows()) row.remove();
    for (const one of own.length ? own : [{ term: "", severity: "mild" }]) addOwn(one);
  }

  function addOwn({ term, severity }) {
    const row = part("own").content.firstElementChild.cloneNode(true);
    const place = ownRows().length + 1;
    const [label, input, select] = row.children;
    label.htmlFor = input.id = `own-effect-${place}`;
    if (place > 1) {
      label.textContent += ` ${place}`;
      select.setAttribute("aria-label", `${select.getAttribute("aria-label")} ${place}`);
    }
    input.value = term;
    select.value = severity;
    form.querySelector(".effects").append(row);
    part("another").hidden = place >= Number(page.dataset.own);
    return input;
  }

  function written() {
    const ratings = {};
    for (const symptom of known.symptoms) {
      const input = form.elements[`rating-${symptom.position}`];
      if (input && input.dataset.touched) ratings[symptom.name] = Number(input.value);
    }
    const said = part("dose").hidden ? "" : form.elements.taken.value;
    return { taken: said === "" ? null : said === "yes", ratings, adverse: effects(), note: form.elements.note.value.trim() };
  }

  function effects() {
    const boxes = [...form.querySelectorAll(".effects [type=checkbox]:checked")];
    const found = boxes.map((box) => ({ term: box.value, severity: box.closest("li").querySelector("select").value }));
    const own = ownRows().map((row) => ({ term: row.querySelector("input").value.trim(), severity: row.querySelector("select").value }));
    return [...found, ...own.filter((one) => one.term)];
  }

  // Keeping and sending

  // A UUID of version 7: it begins with the time, so that an evening's entries lie side by side in
  // the database's index (RFC 9562, section 5.7).
  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const now = Date.now();
    for (let place = 0; place < 6; place++) bytes[place] = Math.floor(now / 256 ** (5 - place)) % 256;
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  async function save() {
    const entry = { id: newId(), day: chosen, written_at: new Date().toISOString(), ...written(), replaces: entryOf(chosen)?.id || null };
    try {
      await store.keep({ owner: known.owner, course: known.course, entry });
    } catch {
      say(part("sent"), words.not_kept);
      return;
    }
    drafts.delete(chosen);
    dirty = false;
    waiting = await store.waiting();
    say(part("sent"), navigator.onLine ? words.sending : words.kept);
    render();
    navigator.storage?.persist?.();
    await send(true);
  }

  function ask(address, how) {
    return fetch(address, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS), ...how });
  }

  // True when the site answered for the person that is signed in.
  async function refresh() {
    if (!navigator.onLine) return false;
    let answer;
    try {
      answer = await ask(page.dataset.state);
    } catch {
      return false;
    }
    signedOut = !answer.ok && answer.status < 500;
    if (!answer.ok) return false;
    known = await answer.json();
    const { csrf, ...lasting } = known;
    await store.learn(lasting);
    return true;
  }

  // One tab sends at a time; what two would send twice would still be stored once.
  function send(spoken = false) {
    const act = () => sendAll(spoken);
    return navigator.locks ? navigator.locks.request("lowdose-diary", act) : act();
  }

  async function sendAll(spoken) {
    waiting = await store.waiting();
    const reached = await refresh();
    const due = reached ? mine().filter((item) => !item.refused) : [];
    const outcomes = [];
    for (const course of new Set(due.map((item) => item.course))) {
      const items = due.filter((item) => item.course === course);
      for (let start = 0; start < items.length; start += AT_ONCE) {
        outcomes.push(...(await sendSome(course, items.slice(start, start + AT_ONCE))));
      }
    }
    if (outcomes.length) await refresh();
    waiting = await store.waiting();
    if (outcomes.length || spoken) say(part("sent"), verdict(reached, outcomes));
    render();
  }

  function verdict(reached, outcomes) {
    if (outcomes.includes("conflict")) return words.conflict;
    if (outcomes.includes("refused")) return "";
    if (outcomes.length) return words.sent;
    return !reached && signedOut ? words.sign_in : words.kept;
  }

  async function sendSome(course, items) {
    let answer;
    try {
      answer = await ask(page.dataset.entries, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": known.csrf },
        body: JSON.stringify({ course, entries: items.map((item) => item.entry) }),
      });
      if (!answer.ok) return [];
      const { outcomes } = await answer.json();
      return await settle(items, outcomes);
    } catch {
      return [];
    }
  }

  async function settle(items, outcomes) {
    for (const [place, item] of items.entries()) {
      const { outcome, why } = outcomes[place];
      if (outcome === "refused") await store.mark({ ...item, refused: why });
      else if (["stored", "already", "same", "conflict"].includes(outcome)) await store.drop(item.number);
    }
    return outcomes.map((one) => one.outcome);
  }

  // Listening

  function choose(day) {
    if (dirty) drafts.set(chosen, { ...written() });
    dirty = false;
    chosen = day;
    say(part("sent"), "");
    render();
    part("days").querySelector("[aria-current]")?.focus();
  }

  function listen() {
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => { dirty = true; });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      save();
    });
    part("days").addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || !known) return;
      event.preventDefault();
      choose(link.dataset.day || new URLSearchParams(link.search).get("day"));
    });
    part("another").addEventListener("click", () => {
      dirty = true; // a line that was just added stays, whatever the site answers meanwhile
      addOwn({ term: "", severity: "mild" }).focus();
    });
    part("earlier").addEventListener("click", () => move(-STRIP_DAYS));
    part("later").addEventListener("click", () => move(STRIP_DAYS));
    window.addEventListener("online", () => send());
    window.addEventListener("offline", render);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) wake(); });
    setInterval(() => { if (waiting.some((item) => !item.refused)) send(); }, RETRY_MS);
  }

  function move(by) {
    const end = shifted(stripEnd, by);
    choose(end > newest() ? newest() : end < known.first_day ? known.first_day : end);
  }

  // A page that lay open over midnight comes back to the new day.
  function wake() {
    if (known && known.course && !dirty && chosen === known.today) chosen = newest();
    send();
  }

  async function start() {
    if (!window.indexedDB || !window.isSecureContext) return;
    await store.ready();
    for (const field of part("symptoms").children) slide(field);
    known = (await store.known()) || null;
    waiting = await store.waiting();
    listen();
    if (page.dataset.shell === "yes") render();
    await send();
    if ("serviceWorker" in navigator) await navigator.serviceWorker.register(page.dataset.worker);
  }

  start();
})();
