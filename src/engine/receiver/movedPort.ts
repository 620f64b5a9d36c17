import type { EngineNotifications, ReceiverStatus } from '../../protocol/engine';

/** Something the user is told once. */
export type Notice = EngineNotifications['spanlight/notice'];

/** One sentence for each port that was taken, and by what, and which one is used instead. */
export function movedPortSentences({ http, grpc }: Pick<ReceiverStatus, 'http' | 'grpc'>): string[] {
  return [http, grpc].flatMap((end) => {
    if (end === undefined || end.wanted === 0 || end.port === end.wanted) return [];
    const by = end.takenBy === undefined ? '' : ` by ${end.takenBy}`;
    return [`Port ${end.wanted} is taken${by}. Spanlight listens on ${end.port} instead.`];
  });
}

/** Says that a port was taken and another one is used: services sending to the old one would not be seen here. */
export function movedPortNotices(status: ReceiverStatus): Notice[] {
  if (status.state !== 'listening') return [];
  const moved = movedPortSentences(status);
  if (moved.length === 0) return [];
  return [
    {
      message: moved.join(' '),
      actions: [
        { label: 'Copy Exporter Environment', command: 'spanlight.copyExporterEnvironment' },
        { label: 'Open Settings', command: 'spanlight.openSettings' },
      ],
    },
  ];
}
