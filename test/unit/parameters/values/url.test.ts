import { toUrl } from '../../../../nodes/FeishuHireExam/parameters/values/url';
import { complaintAbout } from '../../../support/complaint';

it.each([
	[' https://exam.example.com/1?a=b#c\n', 'https://exam.example.com/1?a=b#c'],
	['HTTP://127.0.0.1:8080', 'HTTP://127.0.0.1:8080'],
	['\u200bhttps://exam.example.com/\u202c1', 'https://exam.example.com/1'],
	['https://exam.example.com/笔试', 'https://exam.example.com/笔试'],
])('toUrl: takes %p without the blanks around it and without invisible letters', (value, url) => {
	expect(toUrl(value)).toBe(url);
});

it.each([
	['exam.example.com', 'which is not a URL that starts with https:// or http://'],
	['javascript:alert(1)', 'which is not a URL that starts with https:// or http://'],
	['https://', 'which is not a valid URL'],
	['https:///path', 'which is not a valid URL'],
	['https://exam.example.com/a b', 'which contains a blank'],
	['https://exam.example.com/a\tb', 'which contains a blank'],
	['https://exam.example.com:99999', 'which is not a valid URL'],
])('toUrl: refuses %p', (value, reason) => {
	expect(complaintAbout(() => toUrl(value))).toBe(`is "${value}", ${reason}`);
});
