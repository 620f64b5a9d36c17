import { app } from './app';

app.get('/users/:id', getUser);

export function getUser(): string {
  return 'new';
}
