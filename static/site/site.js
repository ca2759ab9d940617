// How long until then, ticking. Without this script the page says when it will be.
"use strict";

function words(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const days = Math.floor(seconds / 86400);
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours, minutes, rest] = clock.map((part) => String(part).padStart(2, "0"));
  if (days > 0) return `${days}\u00a0d\u00a0${hours}\u00a0h`;
  return `${hours}:${minutes}:${rest}`;
}

function tick() {
  for (const time of document.querySelectorAll("time[data-until]")) {
    const left = new Date(time.dateTime) - Date.now();
    const text = left > 0 ? `in\u00a0${words(left)}` : "now";
    if (time.textContent !== text) time.textContent = text;
    time.classList.toggle("soon", left < 3600000);
  }
}

tick();
setInterval(tick, 1000);

// A refusal beside a form that htmx sent is content, too.
document.addEventListener("htmx:beforeSwap", (event) => {
  const address = event.detail.xhr.responseURL;
  if (address && new URL(address).pathname === "/sign-in/") location.assign(address);
});
