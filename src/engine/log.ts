import type { Connection } from 'vscode-languageserver/node';
import type { Logger } from '../base/logger';
import type { EngineNotifications } from '../protocol/engine';

type Level = EngineNotifications['spanlight/log']['level'];

/** One line of the log is never longer: names and bodies come from outside. */
const LONGEST = 2_000;

/** Sends one line per event to the host's output channel. */
export function connectionLogger(connection: Connection): Logger {
  const send = (level: Level, message: string): void => {
    const line = message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message;
    void connection.sendNotification('spanlight/log', { level, message: line }).catch(() => {
      // The host is gone; there is nobody left to tell.
    });
  };
  return {
    debug: (message) => send('debug', message),
    info: (message) => send('info', message),
    warn: (message) => send('warn', message),
    error: (message) => send('error', message),
  };
}
