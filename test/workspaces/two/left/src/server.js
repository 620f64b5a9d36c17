const { createServer } = require('node:http');

createServer(async (request, response) => {
  const answer = await fetch(`${process.env.PRICES_URL}/prices`);
  response.end(await answer.text());
}).listen(8080);
