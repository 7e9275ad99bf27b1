// A new photo: from the camera or a file, framed here, fitted by the agent as everywhere, shown as the card will hold it.
import { askJSON } from "/agent.js";
import { button, draw, element, problemText, say } from "/parts.js";
import { closeForm, dialog, patch, write } from "/forms.js";

// The print on the card is 20 × 25 mm.
const [frameWidth, frameHeight] = [480, 600];

export function changePhoto(shown) {
  let source = null;
  let stream = null;
  let fitted = null;
  let [x, y, scale] = [0.5, 0.5, 1];
  let asked = 0;

  const video = element("video", { playsinline: true, muted: true, hidden: true });
  const crop = element("canvas", { id: "crop", width: frameWidth, height: frameHeight, tabindex: "0", role: "img", "aria-label": say("photo.crop") });
  const preview = element("canvas", { id: "fitted", role: "img", "aria-label": say("photo.title") });
  const size = element("p", { class: "soft", role: "status" });
  const slider = element("input", { id: "photo-scale", type: "range", min: "1", max: "4", step: "0.05", value: "1" });
  const file = element("input", { id: "photo-file", type: "file", accept: "image/*" });
  const camera = button("photo.camera", useCamera);
  const take = button("photo.take", takePicture, { hidden: true, class: "main" });
  const status = element("p", { class: "notice", role: "status" });
  const main = element("button", { type: "submit", class: "main", text: say("form.save"), disabled: true });
  const cancel = button("form.cancel", () => closeForm());
  const own = dialog(say("photo.title"), [
    element("p", { text: say("photo.help") }),
    element("div", { class: "row" }, camera, take, element("div", { class: "field" }, element("label", { for: "photo-file", text: say("photo.file") }), file)),
    element("div", { id: "camera" }, video, crop, element("div", {}, preview, size)),
    element("div", { class: "field" }, element("label", { for: "photo-scale", text: say("photo.scale") }), slider)], [status, cancel, main], { isForm: true, closed: stop });
  const form = { own, main, cancel, say: (text, sort = "") => { status.textContent = text; status.className = `notice ${sort}`; } };

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    source?.close?.();
  }

  async function useCamera() {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 960 } } });
      video.srcObject = stream;
      await video.play();
      video.hidden = false;
      crop.hidden = true;
      take.hidden = false;
      take.focus();
      form.say("");
    } catch (error) {
      form.say(say("photo.noCamera", { why: error.name }), "warn");
    }
  }

  async function takePicture() {
    await use(await createImageBitmap(video));
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.hidden = true;
    take.hidden = true;
    crop.hidden = false;
    crop.focus();
  }

  file.addEventListener("change", async () => {
    if (!file.files.length) return;
    try {
      await use(await createImageBitmap(file.files[0]));
      form.say("");
    } catch {
      form.say(say("photo.noPicture"), "bad");
    }
  });

  async function use(bitmap) {
    source?.close?.();
    source = bitmap;
    [x, y, scale] = [0.5, 0.5, 1];
    slider.value = "1";
    show();
    await fit();
  }

  // The part of the picture that is in the frame, as wide or as high as the picture allows.
  function part() {
    const width = Math.min(source.width, source.height * frameWidth / frameHeight) / scale;
    const height = width * frameHeight / frameWidth;
    return [Math.max(0, Math.min(source.width - width, x * source.width - width / 2)), Math.max(0, Math.min(source.height - height, y * source.height - height / 2)), width, height];
  }

  function show() {
    if (!source) return;
    const context = crop.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, frameWidth, frameHeight);
    context.drawImage(source, ...part(), 0, 0, frameWidth, frameHeight);
  }

  // The agent says what the card would hold; an answer that is overtaken is thrown away.
  async function fit() {
    const mine = ++asked;
    fitted = null;
    main.disabled = true;
    const blob = await new Promise((resolve) => crop.toBlob(resolve, "image/jpeg", 0.92));
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = "";
    for (let place = 0; place < bytes.length; place += 8192) text += String.fromCharCode(...bytes.subarray(place, place + 8192));
    try {
      const answer = await askJSON("POST", "/v1/checks", { body: { changes: { photo: btoa(text) } } });
      if (mine !== asked) return;
      if (answer.problems.length) {
        form.say(answer.problems.map(problemText).join(say("clause")), "bad");
        return;
      }
      fitted = answer.photo;
      const held = Uint8Array.from(atob(fitted), (character) => character.charCodeAt(0));
      await draw(new Blob([held], { type: "image/jpeg" }), preview);
      size.textContent = say("photo.fitted", { n: held.length });
      main.disabled = false;
      form.say("");
    } catch (error) {
      form.say(problemText(error), "bad");
    }
  }

  function move(dx, dy) {
    if (!source) return;
    const [, , width, height] = part();
    x = Math.max(0, Math.min(1, x + dx * width / source.width));
    y = Math.max(0, Math.min(1, y + dy * height / source.height));
    show();
  }

  let later = 0;
  const soon = () => { clearTimeout(later); later = setTimeout(() => source && fit(), 250); };
  const steps = { ArrowLeft: [0.04, 0], ArrowRight: [-0.04, 0], ArrowUp: [0, 0.04], ArrowDown: [0, -0.04] };
  crop.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    move(...step);
    soon();
  });
  let from = null;
  crop.addEventListener("pointerdown", (event) => { from = [event.clientX, event.clientY]; crop.setPointerCapture(event.pointerId); });
  crop.addEventListener("pointermove", (event) => {
    if (!from) return;
    move((from[0] - event.clientX) / crop.clientWidth, (from[1] - event.clientY) / crop.clientHeight);
    from = [event.clientX, event.clientY];
  });
  crop.addEventListener("pointerup", () => { from = null; soon(); });
  slider.addEventListener("input", () => { scale = Number(slider.value); show(); soon(); });
  own.dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!fitted) return form.say(say("photo.first"), "warn");
    const photo = fitted;
    write(form, async () => {
      await patch(shown, { photo });
      return () => say("form.written", { n: 1 });
    });
  });
  camera.focus();
  return own;
}
