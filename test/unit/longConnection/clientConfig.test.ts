import {
	type ClientConfig,
	DEFAULT_CONFIG,
	readConfig,
} from '../../../nodes/FeishuHireExam/longConnection/clientConfig';

const current: ClientConfig = {
	reconnectIntervalMs: 1_000,
	reconnectNonceMs: 2_000,
	pingIntervalMs: 3_000,
};

it('reads seconds', () => {
	const config = {
		ReconnectCount: -1,
		ReconnectInterval: 90,
		ReconnectNonce: 25,
		PingInterval: 60,
	};
	expect(readConfig(config, current)).toEqual({
		reconnectIntervalMs: 90_000,
		reconnectNonceMs: 25_000,
		pingIntervalMs: 60_000,
	});
});

it.each([
	['nothing', undefined],
	['no object', 'PingInterval=1'],
	['an empty object', {}],
	['a list', [1]],
])('keeps what there is when there is %s', (_, value) => {
	expect(readConfig(value, current)).toEqual(current);
});

it.each([NaN, Infinity, -1, 1e9, '90', null, {}])('takes no value %p', (value) => {
	const config = { ReconnectInterval: value, ReconnectNonce: value, PingInterval: value };
	expect(readConfig(config, DEFAULT_CONFIG)).toEqual(DEFAULT_CONFIG);
});

it('takes no interval of nothing', () => {
	const config = { ReconnectInterval: 0, ReconnectNonce: 0, PingInterval: 0 };
	expect(readConfig(config, current)).toEqual({ ...current, reconnectNonceMs: 0 });
});
