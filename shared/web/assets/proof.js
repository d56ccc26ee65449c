// Under strain a form brings a piece of work along. The widget needs to be told which worker does it.
const { worker } = document.querySelector("altcha-widget").dataset;
globalThis.$altcha.algorithms.set("SHA-256", () => new Worker(worker));
