const { createServer } = require('node:http');

createServer(async (request, response) => {
  const stock = await fetch(`${process.env.STOCK_URL}/items`);
  response.end(await stock.text());
}).listen(8080);
