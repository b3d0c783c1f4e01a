import { render } from "preact";
import { App } from "./app.tsx";
import { startRates } from "./data/rates.ts";
import { startState } from "./data/state.ts";

startState();
startRates();
render(<App />, document.getElementById("page") ?? document.body);
