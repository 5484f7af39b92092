import { ThrottledLog } from '../../../nodes/FeishuHireExam/longConnection/throttledLog';
import { TestClock } from '../../support/testClock';

const clock = new TestClock();
let lines: string[];
let log: ThrottledLog;
beforeEach(() => {
	lines = [];
	const logger = {
		info: (line: string) => lines.push(`info ${line}`),
		warn: (line: string) => lines.push(`warn ${line}`),
	};
	log = new ThrottledLog(clock, () => logger);
});

it('warns once a minute about each topic', async () => {
	for (let second = 0; second < 90; second += 1) {
		log.warn('a', `a ${second}`);
		log.warn('b', `b ${second}`);
		await clock.advance(1_000);
	}
	expect(lines).toEqual(['a 0', 'b 0', 'a 60', 'b 60'].map((line) => `warn ${PREFIX}${line}`));
});

it('has a line for each information', () => {
	log.info('x');
	log.info('x');
	expect(lines).toEqual([`info ${PREFIX}x`, `info ${PREFIX}x`]);
});

it('does without a logger', () => {
	new ThrottledLog(clock, () => undefined).warn('a', 'x');
	expect(lines).toEqual([]);
});

const PREFIX = 'Feishu Hire Exam Trigger: ';
