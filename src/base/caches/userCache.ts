import { homedir } from 'node:os';
import path from 'node:path';

/** Spanlight's folder among the user's caches, as the platform wants it; it need not exist. */
export function userCacheFolder(): string {
  return path.join(cachesOfUser(), 'spanlight');
}

function cachesOfUser(): string {
  if (process.platform === 'win32') return process.env['LOCALAPPDATA'] ?? path.join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Caches');
  const told = process.env['XDG_CACHE_HOME'];
  return told !== undefined && path.isAbsolute(told) ? told : path.join(homedir(), '.cache');
}
