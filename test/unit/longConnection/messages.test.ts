import { decodeFrame, type Frame } from '../../../nodes/FeishuHireExam/longConnection/frame';
import {
	encodeAnswer,
	encodePing,
	headerOf,
} from '../../../nodes/FeishuHireExam/longConnection/messages';

it("pings with the very bytes of Feishu's SDK", () => {
	expect(Buffer.from(encodePing(33554678)).toString('hex')).toBe(
		'0800100018f681801020002a0c0a0474797065120470696e67',
	);
});

const frame: Frame = {
	seqId: 18446744073709551610n,
	logId: 18446744073709551615n,
	service: -1,
	method: 1,
	headers: [
		{ key: 'type', value: 'event' },
		{ key: 'instance_id', value: '10.0.0.1:80' },
	],
	payloadEncoding: 'none',
	payloadType: 'json',
	payload: Buffer.from('{}'),
	logIdNew: 'log',
};

it('answers with the frame itself, all its headers, the time that it took, and the code', () => {
	const answer = decodeFrame(encodeAnswer(frame, 500, 12.7));
	expect({ ...answer, payload: Buffer.from(answer.payload ?? []).toString() }).toEqual({
		...frame,
		headers: [...frame.headers, { key: 'biz_rt', value: '13' }],
		payload: '{"code":500}',
	});
});

it('reads a header', () => {
	expect(headerOf(frame, 'type')).toBe('event');
	expect(headerOf(frame, 'sum')).toBeUndefined();
});
