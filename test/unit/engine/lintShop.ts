export const TRACING = `const { NodeSDK } = require('@opentelemetry/sdk-node');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');

new NodeSDK({ instrumentations: [new HttpInstrumentation()] }).start();
`;

export const SERVER = `const http = require('http');
http.createServer(async (request, response) => {
  await fetch(process.env.STOCK_URL);
  response.end();
}).listen(8080);
`;

export const MANIFEST = `{
  "name": "shop",
  "scripts": { "start": "node -r ./tracing.js server.js" },
  "dependencies": {
    "@opentelemetry/instrumentation-http": "0.52.0",
    "@opentelemetry/sdk-node": "0.52.0"
  }
}
`;

/** A service whose only loss is that nothing in it covers `fetch`. */
export const LINT_SHOP = { 'package.json': MANIFEST, 'tracing.js': TRACING, 'server.js': SERVER };

/** As a service in a folder of its own. */
export function inFolder(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}
