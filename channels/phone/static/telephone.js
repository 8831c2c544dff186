// The page: buttons and keys for the hand, subtitles and a log for the eye, and the way to the office.

import { Call } from "./call.js";
import { Microphone } from "./microphone.js";
import { Speaker } from "./sound.js";

const KEYS = "0123456789*#";
const FLASH = 150; // milliseconds

const telephone = document.querySelector("#telephone");
const { number, call: callAddress, recording: recordingAddress, sample } = telephone.dataset;
const words = JSON.parse(telephone.dataset.words);
const at = (id) => document.getElementById(id);
const buttons = new Map([...document.querySelectorAll("[data-key]")].map((button) => [button.dataset.key, button]));
const speaker = new Speaker();
let call = null; // the one that is led now

// -- what is seen

class Screen {
  state(name, value = "", seconds = 0) {
    at("state").textContent = words[name].replace("{number}", value);
    at("typed").textContent = "";
    this.#clock(seconds);
    for (const choices of document.querySelectorAll("[data-choices]")) choices.hidden = true;
  }

  says({ is: what, text, locale }) {
    const said = what === "Replay" ? words.replay : text;
    if (!said) return;
    at("now").lang = what === "Phrase" ? locale.split("@")[0] : document.documentElement.lang;
    const last = at("heard").lastElementChild;
    if (said.length === 1 && last?.className === "digit") last.textContent = grouped(last.textContent + said);
    else this.#log(said.length === 1 ? "digit" : "heard", said, at("now").lang);
    at("now").textContent = at("heard").lastElementChild.textContent;
  }

  typed(keys) {
    at("typed").textContent = keys;
  }

  did(what, keys = "") {
    this.#log("did", `${words[what]} ${keys}`.trim());
    this.#clock(0);
  }

  choice(name) {
    const choices = document.querySelector(`[data-choices=${name}]`);
    this.#log("did", at("state").textContent);
    choices.hidden = false;
    choices.querySelector("button").focus();
    return new Promise((resolve) => {
      choices.onclick = ({ target }) => {
        if (!target.dataset.choice) return;
        choices.hidden = true;
        at("hook").focus();
        resolve(target.dataset.choice);
      };
    });
  }

  begin() {
    at("heard").replaceChildren();
    at("fault").hidden = true;
    this.#hook(true);
    this.state("calling");
    document.querySelector(".device").scrollIntoView({ block: "nearest" });
  }

  end(fault = "") {
    this.#hook(false);
    this.state("over");
    at("now").textContent = "";
    at("fault").textContent = fault;
    at("fault").hidden = !fault;
    this.#log("did", words.over);
  }

  #hook(busy) {
    telephone.classList.toggle("busy", busy);
    at("hook").textContent = busy ? words.hang_up : words.call;
    at("withheld").disabled = busy;
  }

  // How long there is still time, as a bar that grows shorter.
  #clock(seconds) {
    at("clock").getAnimations().forEach((animation) => animation.cancel());
    at("clock").hidden = !seconds;
    if (seconds) at("clock").animate([{ width: "100%" }, { width: "0" }], { duration: seconds * 1000, fill: "forwards" });
  }

  #log(kind, text, language = document.documentElement.lang) {
    const line = document.createElement("li");
    line.className = kind;
    line.lang = language;
    line.textContent = text;
    at("heard").append(line);
    at("heard").scrollTop = at("heard").scrollHeight;
  }
}

// A code is said digit by digit, and read in groups of four.
function grouped(digits) {
  return digits.replaceAll(" ", "").match(/.{1,4}/g).join(" ");
}

// -- the way to the office

class Office {
  #caller = {
    call: [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    number: at("withheld").checked ? "" : number,
  };
  sample = sample;

  async hand(after, { wav, ...event }) {
    const answer = await (wav ? this.#spoken(after, wav) : this.#told(after, event)).catch(() => {
      throw new Error(words.away);
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  leave(after) {
    navigator.sendBeacon(callAddress, new Blob([this.#event(after, { is: "HungUp" })], { type: "application/json" }));
  }

  #told(after, event) {
    const headers = { "Content-Type": "application/json" };
    return fetch(callAddress, { method: "POST", headers, body: this.#event(after, event) });
  }

  #spoken(after, wav) {
    const address = `${recordingAddress}?${new URLSearchParams({ ...this.#caller, after })}`;
    return fetch(address, { method: "POST", headers: { "Content-Type": "audio/wav" }, body: wav });
  }

  #event(after, event) {
    return JSON.stringify({ ...this.#caller, after, event });
  }
}

// -- what is done

const screen = new Screen();

async function begin() {
  const begun = (call = new Call({ office: new Office(), speaker, microphone: new Microphone(), screen }));
  screen.begin();
  let fault = "";
  try {
    await speaker.wake();
    await begun.lead();
  } catch (error) {
    fault = error.message;
  }
  if (call === begun) {
    call = null;
    screen.end(fault);
  }
}

function hangUp() {
  call?.hangUp();
}

function press(key) {
  const button = buttons.get(key);
  button.classList.add("pressed");
  setTimeout(() => button.classList.remove("pressed"), FLASH);
  call?.press(key);
}

for (const [key, button] of buttons) button.addEventListener("click", () => press(key));
at("hook").addEventListener("click", ({ detail }) => {
  if (detail > 1) return; // the second click of a double one
  call ? hangUp() : begin();
});
addEventListener("keydown", (event) => {
  if (event.repeat && "Enter ".includes(event.key)) event.preventDefault(); // a button held down is pressed once
  if (event.repeat || event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape") hangUp();
  else if (KEYS.includes(event.key)) press(event.key);
});
addEventListener("pagehide", () => call?.leave());
screen.state("idle");
