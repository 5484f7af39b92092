import { existsSync, readFileSync, readdirSync } from 'fs';
import { join } from 'path';

import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { FeishuAppApi } from '../../credentials/FeishuAppApi.credentials';
import { FeishuHireExam } from '../../nodes/FeishuHireExam/FeishuHireExam.node';
import { FeishuHireExamStatusTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamStatusTrigger.node';
import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node';
import { resources } from '../../nodes/FeishuHireExam/actions/registry';
import { STATUS_EVENTS } from '../../nodes/FeishuHireExam/statusTrigger/changes';
import { ERROR_TEXTS, type ErrorText } from '../../nodes/FeishuHireExam/transport/errors';
import { EVENT_TYPES } from '../../nodes/FeishuHireExam/trigger/events';
import packageJson from '../../package.json';

const ROOT = join(__dirname, '../..');
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

describe('selectors and registry say the same', () => {
	it('resources', () => {
		const selector = node.properties.find(({ name }) => name === 'resource');
		expect(options(selector).map(({ value }) => value).sort()).toEqual(Object.keys(resources).sort());
	});

	it.each(Object.entries(resources))('operations of %s', (resource, { operations: registered }) => {
		const shown = operations.filter((operation) => operation.resource === resource);
		expect(shown.map(({ value }) => value).sort()).toEqual(Object.keys(registered).sort());
	});

	it.each([
		['events', trigger, Object.keys(EVENT_TYPES)],
		['events of a status', statusTrigger, STATUS_EVENTS],
	])('%s', (_, { properties: shown }, registered) => {
		const selector = shown.find(({ displayName }) => displayName === 'Trigger On');
		expect(options(selector).map(({ value }) => value).sort()).toEqual([...registered].sort());
	});
});

describe('words', () => {
	it.each(operations.map((operation) => [operation.action, operation]))(
		'"%s" is an action without articles, told in other words than its name',
		(_, { action, name, description }) => {
			expect(action).toMatch(/^[A-Z][^A-Z]*$/);
			expect(action).not.toMatch(/\b(a|an|the)\b/);
			expect(description).toBeTruthy();
			expect(description).not.toBe(name);
		},
	);

	it('placeholders are examples', () => {
		const texts = properties.map(({ placeholder }) => placeholder).filter((text) => text !== undefined);
		for (const text of texts) expect(text).toMatch(/^(e\.g\. |Add )/);
	});

	it('the editor speaks English', () => {
		expect(JSON.stringify([...nodes, credential])).not.toMatch(/\p{Script=Han}/u);
	});

	it('Chinese users find all nodes', () => {
		for (const { name } of nodes) {
			const file = `nodes/FeishuHireExam/${name[0]?.toUpperCase()}${name.slice(1)}.node.json`;
			const codex = JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
			expect(codex.node).toBe(`${packageJson.name}.${name}`);
			expect(codex.alias).toEqual(expect.arrayContaining(['飞书', '笔试', '招聘', '试卷']));
		}
	});
});

describe('what n8n asks of a package', () => {
	it('secrets are hidden while they are typed', () => {
		const secrets = ['appSecret', 'verificationToken', 'encryptKey', 'accessToken', 'password'];
		for (const name of secrets) {
			expect(properties.find((property) => property.name === name)?.typeOptions?.password).toBe(true);
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

	it('every list that the editor fills has its method', () => {
		const methods = properties
			.flatMap(({ modes = [] }) => modes)
			.flatMap(({ typeOptions }) => typeOptions?.searchListMethod ?? []);
		expect(methods).not.toEqual([]);
		for (const method of methods) expect(new FeishuHireExam().methods.listSearch).toHaveProperty(method);
	});

	it('has no run-time dependencies', () => {
		expect(packageJson).not.toHaveProperty('dependencies');
		expect(packageJson.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});
});

describe('README', () => {
	it.each(['README.md', 'README.zh-CN.md'])('%s lists every operation and event', (file) => {
		const readme = readFileSync(join(ROOT, file), 'utf8');
		for (const { name, resource } of operations) {
			const shown = options(node.properties.find((property) => property.name === 'resource')).find(
				({ value }) => value === resource,
			)?.name;
			expect(readme).toMatch(new RegExp(`^\\| ${shown} *\\| ${name} *\\|`, 'm'));
		}
		for (const type of Object.values(EVENT_TYPES)) expect(readme).toContain(type);
	});

	it.each(['README.md', 'README.zh-CN.md'])('%s lists every event of a status, by its label and its value', (file) => {
		const readme = readFileSync(join(ROOT, file), 'utf8');
		const selector = statusTrigger.properties.find(({ displayName }) => displayName === 'Trigger On');
		expect(options(selector)).toHaveLength(STATUS_EVENTS.length);
		for (const { name, value } of options(selector)) {
			expect(readme).toMatch(new RegExp(`^\\| ${name} \\| \`${value}\` \\| .+ \\|$`, 'm'));
		}
	});

	it.each(['README.md', 'README.zh-CN.md'])('%s links the pages that errors name', (file) => {
		const folder = join(ROOT, 'nodes');
		const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.ts'))
			.map((name) => readFileSync(join(folder, name), 'utf8'));
		const named = sources.flatMap((source) => [...source.matchAll(/\bpage: '(.+)'/g)].map(([, page]) => page));
		const linked = readFileSync(join(ROOT, file), 'utf8').matchAll(
			/^\| .*\]\(https:\/\/open\.feishu\.cn\/document\/([^)]+)\) \|$/gm,
		);
		expect([...linked].map(([, page]) => page).sort()).toEqual([...new Set(named)].sort());
	});
});

describe('docs/errors', () => {
	const rowOf = (codes: string[], ...cells: string[]) => `| ${[codes.join(', '), ...cells].join(' | ')} |`;
	const codesByText = new Map<ErrorText, string[]>();
	for (const [code, text] of Object.entries(ERROR_TEXTS)) {
		codesByText.set(text, [...(codesByText.get(text) ?? []), code]);
	}

	it('says in English what errors say', () => {
		const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
		for (const [{ message, description }, codes] of codesByText) {
			expect(page).toContain(rowOf(codes, message, description));
		}
	});

	it('explains each code in Chinese', () => {
		const page = readFileSync(join(ROOT, 'docs/errors.zh-CN.md'), 'utf8');
		for (const [{ message }, codes] of codesByText) {
			expect(page).toContain(rowOf(codes, message, '').slice(0, -3));
		}
	});
});
