import path from 'node:path';
import { isUnder } from './project/projectFiles';

/** A file as seen from a folder that it lies in, with `/`; as it is elsewhere: `apps/api-gateway` is not in `apps/api`. */
export function seenFrom(folder: string, file: string): string {
  return isUnder(folder, file) ? path.relative(folder, file).replaceAll('\\', '/') : file;
}
