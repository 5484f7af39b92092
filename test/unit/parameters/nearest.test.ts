import { nearest } from '../../../nodes/FeishuHireExam/parameters/nearest';

const WORDS = ['paperId', 'paperName', 'duration', 'questionCount', 'startTime', 'endTime'];

it.each([
	['durationMinutes', 'duration'],
	['Duraton', 'duration'],
	['questionsCount', 'questionCount'],
	['papername', 'paperName'],
	['createdAt', undefined],
])('nearest: of %s is %p', (word, expected) => {
	expect(nearest(word, WORDS)).toBe(expected);
});
