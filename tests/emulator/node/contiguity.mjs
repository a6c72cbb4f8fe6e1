// Makes calls of the vendor's SDK, given as JSON in the first argument, and prints what came of each as JSON.
// The SDK knows one address only; requests to it go to the emulator, whose address is in the environment.
import { Contiguity } from "contiguity";

const send = globalThis.fetch;
globalThis.fetch = (url, init) => send(String(url).replace("https://api.contiguity.com", process.env.EMULATOR), init);

const { lease } = new Contiguity(process.env.TOKEN);
const results = [];
for (const [call, ...words] of JSON.parse(process.argv[2])) {
  try {
    results.push({ answer: await lease[call](...words) });
  } catch (error) {
    results.push({ error: error.message, status: error.status });
  }
}
console.log(JSON.stringify(results));
