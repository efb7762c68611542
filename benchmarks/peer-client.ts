import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { PeerAnswer, PeerRequest } from './peer-message.ts';

/** Names of the engines that can be measured; the first is ours. */
export const peerNames = ['kumiko', 'tfjs', 'jax', 'onnx'] as const;
export type PeerName = (typeof peerNames)[number];

/** Those that use threads in Node. The others run one. */
const threaded: ReadonlySet<PeerName> = new Set(['kumiko', 'jax', 'onnx']);

/** Signals that stop and continue a process do not exist on Windows; there, idle peers keep running. */
const canStop = process.platform !== 'win32';

/** One engine in a process of its own, which stands still (SIGSTOP) while others are measured: pools of threads may spin when idle. */
export class PeerClient {
  readonly name: PeerName;
  readonly threads: number;
  version = '';
  readonly #child: ChildProcess;

  constructor(name: PeerName, threads: number) {
    this.name = name;
    this.threads = threads;
    this.#child = fork(join(import.meta.dirname, 'peer-process.ts'), {
      execArgv: ['--conditions=@kumiko/source', '--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  /** The engine with its threads, such as `onnx x2`. */
  get label(): string {
    return this.threads > 1 ? `${this.name} x${this.threads}` : this.name;
  }

  /** Starts the engine. */
  async start(): Promise<void> {
    const { version } = await this.#ask({ type: 'start', peer: this.name, threads: this.threads }, 'started');
    this.version = version;
  }

  /** Warms a row up; undefined where the engine has no such kernel. */
  async prepare(request: Omit<Extract<PeerRequest, { type: 'prepare' }>, 'type'>) {
    return (await this.#ask({ type: 'prepare', ...request }, 'prepared')).ready;
  }

  /** Milliseconds that a call takes. */
  async sample(): Promise<number> {
    return (await this.#ask({ type: 'sample' }, 'sampled')).milliseconds;
  }

  /** Frees the row. */
  async release(): Promise<void> {
    await this.#ask({ type: 'release' }, 'released');
  }

  /** Ends the process. */
  stop(): void {
    this.#child.kill('SIGKILL');
  }

  async #ask<Type extends PeerAnswer['type']>(request: PeerRequest, type: Type): Promise<Extract<PeerAnswer, { type: Type }>> {
    if (!this.#child.connected) throw new Error(`the process of ${this.label} has ended`);
    if (canStop) this.#child.kill('SIGCONT');
    try {
      return await new Promise((resolve, reject) => {
        const settle = (): void => {
          this.#child.off('message', onMessage);
          this.#child.off('exit', onExit);
        };
        const onMessage = (answer: PeerAnswer): void => {
          settle();
          if (answer.type === type) resolve(answer as Extract<PeerAnswer, { type: Type }>);
          else reject(new Error(answer.type === 'failed' ? answer.message : `expected ${type}, got ${answer.type}`));
        };
        const onExit = (code: number | null): void => {
          settle();
          reject(new Error(`the process of ${this.label} ended with ${code}`));
        };
        this.#child.on('message', onMessage);
        this.#child.on('exit', onExit);
        // Between its end and the news of it a process looks connected; writing to it then fails.
        this.#child.send(request, (error) => {
          if (error === null) return;
          settle();
          reject(new Error(`the process of ${this.label} ended: ${error.message}`));
        });
      });
    } finally {
      if (canStop) this.#child.kill('SIGSTOP');
    }
  }
}

/** The peers to start: each engine once for each number of threads that it can use. */
export function createPeers(names: readonly PeerName[], threads: readonly number[]): PeerClient[] {
  return names.flatMap((name) => (threaded.has(name) ? threads : [1]).map((count) => new PeerClient(name, count)));
}
