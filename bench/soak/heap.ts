import { once } from 'node:events';
import { WebSocket } from 'ws';

const MB = 1024 * 1024;

interface Answer {
	id: number;
	result: { usedSize?: number };
}

/** The memory of a Node process that was started with `--inspect` on this port, without what the next garbage collection frees. */
export class Heap {
	private lastId = 0;

	private constructor(private readonly inspector: WebSocket) {}

	static async connect(port: number): Promise<Heap> {
		const response = await fetch(`http://127.0.0.1:${port}/json/list`);
		const [target] = (await response.json()) as Array<{ webSocketDebuggerUrl: string }>;
		const inspector = new WebSocket(target?.webSocketDebuggerUrl ?? '');
		await once(inspector, 'open');
		return new Heap(inspector);
	}

	/** In megabytes. */
	async used(): Promise<number> {
		await this.call('HeapProfiler.collectGarbage');
		const { usedSize = NaN } = await this.call('Runtime.getHeapUsage');
		return usedSize / MB;
	}

	close(): void {
		this.inspector.close();
	}

	private async call(method: string): Promise<Answer['result']> {
		const id = (this.lastId += 1);
		this.inspector.send(JSON.stringify({ id, method }));
		for (;;) {
			const [data] = (await once(this.inspector, 'message')) as [Buffer];
			const answer = JSON.parse(data.toString()) as Answer;
			if (answer.id === id) return answer.result;
		}
	}
}
