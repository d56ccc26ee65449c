// The camera reads tickets: by the browser's own detector, or by a small library where it has none.
const EVERY = 200;

async function detector(scanner) {
  const own = globalThis.BarcodeDetector;
  if (own && (await own.getSupportedFormats()).includes("qr_code")) return new own({ formats: ["qr_code"] });
  const { BarcodeDetector } = await import(scanner);
  return new BarcodeDetector({ formats: ["qr_code"] });
}

// Shows what the camera sees in `video` and tells `found` each text it reads; gives back how to stop. Throws without camera.
export async function scan(video, scanner, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const eye = await detector(scanner);
  video.srcObject = stream;
  await video.play();
  let isOn = true;
  const look = async () => {
    if (!isOn) return;
    const codes = await eye.detect(video).catch(() => []);
    if (isOn) codes.forEach((code) => found(code.rawValue));
    setTimeout(look, EVERY);
  };
  look();
  return () => {
    isOn = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
}
