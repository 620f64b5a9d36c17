const { createServer } = require('node:http');

createServer(async (request, response) => {
  const answer = await fetch(`${process.env.STOCK_URL}/items`);
  response.end(await answer.text());
}).listen(8080);
