import path from 'node:path';
import type { UnitProperty } from '../processUnit';

const IMPORT = /^spring\.config\.import(\[?\d*\]?|\.\d+)?$/;

/** A file that a property file has Spring read besides. */
export interface ImportedFile {
  /** Its name, without its folder. */
  readonly name: string;
  /** Nothing is wrong where it is missing. */
  readonly isOptional: boolean;
}

/** `classpath:kafka.yml`, `optional:file:./local.properties`: the files, of all that `spring.config.import` names. */
export function importedFiles(properties: readonly UnitProperty[]): readonly ImportedFile[] {
  return properties
    .filter(({ key }) => IMPORT.test(key))
    .flatMap(({ value }) => value.split(/[;,]/))
    .flatMap((one) => {
      const location = one.trim().replace(/^["']|["']$/g, '');
      const [, optional, , file] =
        /^(optional:)?(classpath\*?:|file:)?([^:]+\.(?:ya?ml|properties))$/.exec(location) ?? [];
      return file === undefined ? [] : [{ name: path.posix.basename(file), isOptional: optional !== undefined }];
    });
}
