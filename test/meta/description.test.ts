import { existsSync, readFileSync, readdirSync } from 'fs';
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { dirname, join } from 'path';

import { FeishuAppApi } from '../../credentials/FeishuAppApi.credentials';
import { resources } from '../../nodes/FeishuHireExam/actions/registry';
import { EVENTS, type TriggerEvent } from '../../nodes/FeishuHireExam/events/catalogue';
import { FeishuHireExam } from '../../nodes/FeishuHireExam/FeishuHireExam.node';
import { FeishuHireExamStatusTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamStatusTrigger.node';
import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node';
import { STATUS_EVENTS } from '../../nodes/FeishuHireExam/polling/changes';
import { ERROR_CODES, type ErrorText } from '../../nodes/FeishuHireExam/transport/errors/codes';
import packageJson from '../../package.json';
import { EVENT_SCOPES } from '../../sandbox/events/catalogue';

const ROOT = join(__dirname, '../..');
const ACTIONS = join(ROOT, 'nodes/FeishuHireExam/actions');
/** How code names the page of a call in Feishu's documentation. */
const DOCS_PATH = /\bdocsPath:\s+'(.+?)'/;
/** How the docstring of an operation names its call. */
const DOCUMENTED_CALL = /^(?:\/\*\*| \*) `([A-Z]+) (\S+)`/m;
const node = new FeishuHireExam().description;
const trigger = new FeishuHireExamTrigger().description;
const statusTrigger = new FeishuHireExamStatusTrigger().description;
const nodes = [node, trigger, statusTrigger];
const credential = new FeishuAppApi();

const options = (property: INodeProperties | undefined) =>
	(property?.options ?? []) as INodePropertyOptions[];
const operationSelectors = node.properties.filter(({ name }) => name === 'operation');
const operations = operationSelectors.flatMap((selector) =>
	options(selector).map((option) => ({
		resource: String(selector.displayOptions?.show?.resource?.[0]),
		...option,
	})),
);

const TRIGGER_EVENTS = options(trigger.properties.find(({ name }) => name === 'events')).map(
	(option) => ({
		...option,
		type: EVENTS[option.value as TriggerEvent].type,
	}),
);

/** Every property, however deep. */
const flatten = (properties: INodeProperties[]): INodeProperties[] =>
	properties.flatMap((property) => [
		property,
		...(property.options ?? []).flatMap((option) => {
			if ('values' in option) return flatten(option.values);
			return 'type' in option ? flatten([option]) : [];
		}),
	]);
const properties = flatten([...nodes, credential].flatMap((type) => type.properties));

describe('selectors match the registry', () => {
	it('resources', () => {
		const selector = node.properties.find(({ name }) => name === 'resource');
		expect(
			options(selector)
				.map(({ value }) => value)
				.sort(),
		).toEqual(Object.keys(resources).sort());
	});

	it.each(Object.entries(resources))('operations of %s', (resource, { operations: registered }) => {
		const shown = operations.filter((operation) => operation.resource === resource);
		expect(shown.map(({ value }) => value).sort()).toEqual(Object.keys(registered).sort());
	});

	it.each([
		['events', trigger, Object.keys(EVENTS)],
		['events of a status', statusTrigger, STATUS_EVENTS],
	])('%s', (_, { properties: shown }, registered) => {
		const selector = shown.find(({ displayName }) => displayName === 'Trigger On');
		expect(
			options(selector)
				.map(({ value }) => value)
				.sort(),
		).toEqual([...registered].sort());
	});
});

describe('texts', () => {
	it.each(TRIGGER_EVENTS)('the event "$name" names its scopes', ({ description, type }) => {
		expect(scopesIn(description)).toEqual(scopesOf(type));
	});

	it.each(operations.map((operation) => [operation.action, operation]))(
		'"%s" is in sentence case without articles, and its description is not its name',
		(_, { action, name, description }) => {
			expect(action).toMatch(/^[A-Z][^A-Z]*$/);
			expect(action).not.toMatch(/\b(a|an|the)\b/);
			expect(description).toBeTruthy();
			expect(description).not.toBe(name);
		},
	);

	it('of placeholders are examples', () => {
		const texts = properties
			.map(({ placeholder }) => placeholder)
			.filter((text) => text !== undefined);
		for (const text of texts) expect(text).toMatch(/^(e\.g\. |Add )/);
	});

	it('are English in the editor', () => {
		expect(JSON.stringify([...nodes, credential])).not.toMatch(/\p{Script=Han}/u);
	});

	it('include Chinese search words for all nodes', () => {
		for (const { name } of nodes) {
			const file = `nodes/FeishuHireExam/${name[0]?.toUpperCase()}${name.slice(1)}.node.json`;
			const codex = JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as Record<string, unknown>;
			expect(codex.node).toBe(`${packageJson.name}.${name}`);
			expect(codex.alias).toEqual(expect.arrayContaining(['飞书', '笔试', '招聘', '试卷', '成绩']));
		}
	});

	it("in the trigger's description name the actions, which it stands for in the nodes panel", () => {
		for (const description of [node.description, trigger.description]) {
			expect(description).toContain('Return exam links and results');
			expect(description).toContain('sync exam papers');
		}
	});

	it('list resources in the order of their labels, as lint wants it of five and more', () => {
		const labels = Object.values(resources).map(({ name }) => name);
		expect(labels).toEqual([...labels].sort());
	});

	it('warn in every operation that replaces, overwrites, deletes or adds again', () => {
		const warned = Object.entries(resources).flatMap(([resource, { operations: all }]) =>
			Object.entries(all)
				.filter(([, operation]) => operation.properties.some(({ type }) => type === 'notice'))
				.map(([operation]) => `${resource}.${operation}`),
		);
		expect(warned.sort()).toEqual(
			[
				...['replaceAll', 'update', 'delete'].flatMap((name) => [
					`accountField.${name}`,
					`examPaper.${name}`,
				]),
				'candidateExam.addResult',
			].sort(),
		);
	});

	it("name an exam's result apart from an arrangement that failed", () => {
		const [selector] = statusTrigger.properties.filter(({ name }) => name === 'events');
		expect(options(selector).find(({ value }) => value === 'failed')?.name).toBe('Not Passed');
	});

	it('of JSON fields begin with an empty list, which is no error', () => {
		const defaults = properties.filter(({ type }) => type === 'json').map((field) => field.default);
		expect(defaults.length).toBeGreaterThan(0);
		for (const value of defaults) expect(value).toBe('[]');
	});
});

describe("n8n's requirements for packages", () => {
	it('secrets are password fields', () => {
		const secrets = ['appSecret', 'verificationToken', 'encryptKey', 'accessToken', 'password'];
		for (const name of secrets) {
			expect(properties.find((property) => property.name === name)?.typeOptions?.password).toBe(
				true,
			);
		}
	});

	it('every icon exists, light and dark', () => {
		for (const icon of [...nodes, credential].map(({ icon }) => icon)) {
			const { light, dark } = icon as { light: string; dark: string };
			expect(light).not.toBe(dark);
			for (const path of [light, dark]) {
				expect(existsSync(join(ROOT, 'icons', path.split('/').at(-1) ?? ''))).toBe(true);
			}
		}
	});

	it('every list with search has its method', () => {
		const methods = properties
			.flatMap(({ modes = [] }) => modes)
			.flatMap(({ typeOptions }) => typeOptions?.searchListMethod ?? []);
		expect(methods).not.toEqual([]);
		for (const method of methods)
			expect(new FeishuHireExam().methods.listSearch).toHaveProperty(method);
	});

	it('has no run-time dependencies', () => {
		expect(packageJson).not.toHaveProperty('dependencies');
		expect(packageJson.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});
});

/** What an operation calls: as its docstring says, and as its own file or one that it imports does. */
function callOf(
	resource: string,
	operation: string,
): Record<'method' | 'path' | 'docsPath', string> {
	const file = join(ACTIONS, resource, `${operation}.operation.ts`);
	const own = readFileSync(file, 'utf8');
	const imported = [...own.matchAll(/ from '(\.[\w./]+)'/g)].map(([, path = '']) =>
		readFileSync(join(dirname(file), `${path}.ts`), 'utf8'),
	);
	const [, method = '', path = ''] = DOCUMENTED_CALL.exec(own) ?? [];
	const makesCall = (text: string) =>
		text.includes(`method: '${method}'`) && text.includes(`path: '/${path}'`);
	const source = [own, ...imported].find(makesCall) ?? '';
	return { method, path, docsPath: DOCS_PATH.exec(source)?.[1] ?? '' };
}

/** The scopes that a text names. */
const scopesIn = (text = '') => text.match(/\bhire(:\w+)+/g);

/** The scopes of an event that the app of an exam flow may have: background checks are another business. */
const scopesOf = (type: keyof typeof EVENT_SCOPES) =>
	EVENT_SCOPES[type].filter((scope) => !scope.includes('background_check'));

describe('README', () => {
	const READMES = ['README.md', 'README.zh-CN.md'];
	const rowsOf = (file: string, row: RegExp) =>
		[...readFileSync(join(ROOT, file), 'utf8').matchAll(row)].map(([, ...cells]) => cells);

	it.each(READMES)(
		'%s lists every operation with what it calls, and links the page of that',
		(file) => {
			const row =
				/^\| ([\w ]+) \| ([\w ]+) \| .+ \| \[`(.+)`\]\(https:\/\/open\.feishu\.cn\/document\/(.+)\) \|$/gm;
			const expected = Object.entries(resources).flatMap(([resource, { name, operations: all }]) =>
				Object.entries(all).map(([operation, { option }]) => {
					const { method, path, docsPath } = callOf(resource, operation);
					return [name, option.name, `${method} ${path}`, docsPath];
				}),
			);
			expect(rowsOf(file, row).sort()).toEqual(expected.sort());
		},
	);

	it.each(READMES)('%s lists every event with the scopes that it needs', (file) => {
		const rows = rowsOf(file, /^\| ([\w ]+) \| `(hire\.\w+\.\w+)`.* \| (.+) \|$/gm).map(
			([name, type, scopes]) => [name, type, scopesIn(scopes)],
		);
		const expected = TRIGGER_EVENTS.map(({ name, type }) => [name, type, scopesOf(type)]);
		expect(rows.sort()).toEqual(expected.sort());
	});

	it.each(READMES)(
		'%s lists every event of the status trigger, by its label and its value',
		(file) => {
			const readme = readFileSync(join(ROOT, file), 'utf8');
			const selector = statusTrigger.properties.find(
				({ displayName }) => displayName === 'Trigger On',
			);
			expect(options(selector)).toHaveLength(STATUS_EVENTS.length);
			for (const { name, value } of options(selector)) {
				expect(readme).toMatch(new RegExp(`^\\| ${name} \\| \`${value}\` \\| .+ \\|$`, 'm'));
			}
		},
	);

	it.each(READMES)('%s links the pages that errors name', (file) => {
		const folder = join(ROOT, 'nodes');
		const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.ts'))
			.map((name) => readFileSync(join(folder, name), 'utf8'));
		const named = sources.flatMap((source) =>
			[...source.matchAll(new RegExp(DOCS_PATH, 'g'))].map(([, docsPath]) => docsPath),
		);
		const linked = readFileSync(join(ROOT, file), 'utf8').matchAll(
			/^\| .*\]\(https:\/\/open\.feishu\.cn\/document\/([^)]+)\) \|$/gm,
		);
		expect([...linked].map(([, page]) => page).sort()).toEqual([...new Set(named)].sort());
	});
});

describe('docs/errors', () => {
	const rowOf = (codes: string[], ...cells: string[]) =>
		`| ${[codes.join(', '), ...cells].join(' | ')} |`;
	/** Messages with their descriptions, and the codes that share both. */
	const rows = new Map<string, ErrorText & { codes: string[] }>();
	for (const [code, { message, description }] of Object.entries(ERROR_CODES)) {
		const key = rowOf([], message, description);
		const codes = [...(rows.get(key)?.codes ?? []), code];
		rows.set(key, { message, description, codes });
	}
	/** The rows of a page that begin with codes, without their explanation. */
	const codeRowsIn = (page: string) =>
		[...page.matchAll(/^\| (\d[\d, ]*) \| (.+?) \| .+ \|$/gm)].map(([, codes, message]) =>
			[codes, message].join(' | '),
		);
	const expected = [...rows.values()].map(({ codes, message }) =>
		[codes.join(', '), message].join(' | '),
	);

	it('lists the text of each error in English', () => {
		const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
		for (const { message, description, codes } of rows.values()) {
			expect(page).toContain(rowOf(codes, message, description));
		}
		expect(codeRowsIn(page).sort()).toEqual(expected.sort());
	});

	it('explains each code in Chinese', () => {
		const page = readFileSync(join(ROOT, 'docs/errors.zh-CN.md'), 'utf8');
		expect(codeRowsIn(page).sort()).toEqual(expected.sort());
	});
});
