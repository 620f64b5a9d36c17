export const ORDERS_TOPIC = 'orders.created';
export const PRICE_SPAN = 'price order';
