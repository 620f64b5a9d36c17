import type { Refusal } from '../transport/refusal';
import type { BackendFault } from '../backendError';

/** `Code: 60. DB::Exception: Unknown table …. (UNKNOWN_TABLE) (version 25.8.1.1 (official build))` */
const EXCEPTION = /Code:\s*(\d+)\.\s*DB::(?:\w+)?Exception:\s*([\s\S]*)/;

/** An error as ClickHouse writes it. */
export interface ClickhouseException {
  readonly code: number;
  /** Without code and version. */
  readonly message: string;
}

/** Finds an exception in a text; undefined if there is none. */
export function exceptionIn(text: string): ClickhouseException | undefined {
  const match = EXCEPTION.exec(text);
  if (match === null) return undefined;
  const message = match[2]!
    // What follows belongs to the frame of an answer that fails in its middle, or is a stack.
    .replace(/\r?\n[\s\S]*$/, '')
    .replace(/\s*\(version [^)]*(\([^)]*\))?\)\s*$/, '')
    .replace(/\s*\([A-Z][A-Z_0-9]+\)\s*$/, '')
    .replace(/\.\s*$/, '');
  return { code: Number(match[1]), message };
}

/** Settings cannot be changed: the user is read-only, a bound is below what is asked for, or the version is too old. */
export function refusesSettings({ code, message }: ClickhouseException): boolean {
  return code === 452 || code === 115 || (code === 164 && /setting/i.test(message));
}

interface Meaning {
  readonly fault: BackendFault;
  /** What happened, after the backend's name. */
  readonly words: string;
  readonly cure: string;
}

const SHORTER = 'Ask for less: a shorter time range, or a single service.';
const TABLES = 'Set "options": { "database": …, "table": … } to where the Collector writes traces.';

const UNKNOWN_USER: Meaning = {
  fault: 'unauthorised',
  words: 'does not know this user and password',
  cure: 'Set "auth": "basic" and "user" for this backend, or give the password anew.',
};
const UNKNOWN_PLACE: Meaning = { fault: 'notFound', words: 'does not have such a table', cure: TABLES };
const TOO_MUCH: Meaning = { fault: 'tooLarge', words: 'finds this too large', cure: SHORTER };
const TOO_SLOW: Meaning = { fault: 'timeout', words: 'did not finish in time', cure: SHORTER };
const TOO_OFTEN: Meaning = { fault: 'throttled', words: 'was asked too often', cure: 'Wait a while and try again.' };
const OTHER_COLUMNS: Meaning = {
  fault: 'badRequest',
  words: 'does not have these columns or functions',
  cure: `${TABLES} The table has to be one of the Collector's ClickHouse exporter, and ClickHouse not years old.`,
};

/** Codes by what they mean here (ClickHouse, `src/Common/ErrorCodes.cpp`). */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  16: OTHER_COLUMNS,
  46: OTHER_COLUMNS,
  47: OTHER_COLUMNS,
  60: UNKNOWN_PLACE,
  81: UNKNOWN_PLACE,
  158: TOO_MUCH,
  159: TOO_SLOW,
  160: TOO_SLOW,
  192: UNKNOWN_USER,
  193: UNKNOWN_USER,
  194: UNKNOWN_USER,
  201: TOO_OFTEN,
  202: TOO_OFTEN,
  241: TOO_MUCH,
  291: {
    fault: 'forbidden',
    words: 'does not let this user in',
    cure: 'Ask for the right to read the tables of traces.',
  },
  307: TOO_MUCH,
  396: TOO_MUCH,
  497: {
    fault: 'forbidden',
    words: 'does not allow this',
    cure: 'Ask for the right to SELECT from the tables of traces.',
  },
  516: UNKNOWN_USER,
};

/** What an exception means, in plain words and with its own. @param name of the backend. */
export function clickhouseRefusal(name: string, { code, message }: ClickhouseException, status: number): Refusal {
  const meaning = MEANINGS[code];
  const fault: BackendFault = meaning?.fault ?? (status >= 500 ? 'server' : 'badRequest');
  const words = meaning?.words ?? (fault === 'server' ? 'failed' : 'does not accept the question');
  return {
    fault,
    message: `${name} ${words} (code ${code}): ${message}.`,
    cure:
      meaning?.cure ??
      (fault === 'server' ? 'Try again later; its own logs say more.' : 'Its own words say what is wrong.'),
    ...(fault === 'throttled' ? { again: 'later' as const } : {}),
  };
}
