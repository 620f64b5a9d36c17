import { app } from './app';

app.get('/users/:id', oldUser);

export function oldUser(): string {
  return 'old';
}
