// Adds the reporter's location to the report, if they press for it; a second press takes it back.
(() => {
  "use strict";

  const box = document.querySelector("[data-locate]");
  const latitude = document.querySelector('[name="where.latitude"]');
  const longitude = document.querySelector('[name="where.longitude"]');
  if (!box || !latitude || !longitude || !navigator.geolocation) return;

  const button = box.querySelector("button");
  const status = box.querySelector("[role=status]");
  const say = (what) => (status.textContent = status.dataset[what]);
  box.hidden = false;
  if (latitude.value) say("found");

  const found = ({ coords }) => {
    latitude.value = coords.latitude.toFixed(6);
    longitude.value = coords.longitude.toFixed(6);
    say("found");
  };

  button.addEventListener("click", () => {
    if (latitude.value) {
      latitude.value = longitude.value = "";
      say("dropped");
      return;
    }
    say("asking");
    navigator.geolocation.getCurrentPosition(found, () => say("failed"), { enableHighAccuracy: true, timeout: 15000 });
  });
})();
