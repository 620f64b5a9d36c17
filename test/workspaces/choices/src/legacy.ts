import { app } from './app';

export function oldUser(): string {
  return 'old';
}

app.get('/users/:id', oldUser);
