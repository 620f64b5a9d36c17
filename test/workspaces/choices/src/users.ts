import { app } from './app';

export function getUser(): string {
  return 'new';
}

app.get('/users/:id', getUser);
