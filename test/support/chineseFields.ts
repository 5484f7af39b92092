/**
 * What the labels of the editor mean, in Feishu's own Chinese terms. A label that means something else in one form has
 * an entry of its own, with the name of that form before it.
 */
const CHINESE: Readonly<Record<string, string>> = {
	// Credential
	Platform: '平台：应用创建在哪个平台（Feishu 飞书、Lark、Custom 自定义）',
	'Base URL': '开放平台接口的根地址，不含 /open-apis；私有化部署或沙箱使用',
	'App Type': '应用类型：自建应用（Self-Built）或商店应用（Store）',
	'App ID': '应用的 App ID，见「凭证与基础信息」',
	'App Secret': '应用的 App Secret，见「凭证与基础信息」',
	'credential/Tenant Key': '企业的 tenant_key，仅商店应用；服务多家企业时留空',
	'Verification Token': '校验 Webhook 事件的 Verification Token，见「加密策略」',
	'Encrypt Key': '加密 Webhook 事件的 Encrypt Key，见「加密策略」，建议填写',

	// Exam
	'Exam ID': '笔试 ID：「创建笔试」事件中的 exam_id，19 位，字符串',
	Outcome: '安排结果：成功（Arranged）或安排失败（Failed）',
	'Exam URL': '笔试链接；安排失败时为说明页面的链接，可留空',
	'Failure Code': '失败错误码，由笔试系统自定，非 0 整数',
	Message: '说明，HR 可见',
	Password: '候选人的登录密码（链接需要登录时填写）',
	Username: '候选人的登录用户名（链接需要登录时填写）',
	Result: '笔试结果，建议为 0 到 100 的数字；替换此前回传的全部内容',
	Details: '详细评价结果，显示在候选人的笔试卡片上',
	'exam.returnResult/ID': '评价项在笔试系统中的 ID',
	'exam.returnResult/Details > Name': '评价项名称，可重复',
	'exam.returnResult/Details > Result': '评价结果',
	'Details (JSON)': '详细评价结果的列表，数量不定时使用；键名为 id、name、result',
	Reports: '报告列表',
	'exam.returnResult/Reports > Name': '报告名称，HR 可见',
	URL: '报告链接，须长期有效',
	'Answer Time': '作答完成时间',
	'Reports (JSON)': '报告的列表，数量不定时使用；键名为 name、url、answerTime',
	'Result Time': '笔试结果时间',

	// Papers
	'Account ID': '笔试账号 ID：「账号绑定」事件中的 account_id，19 位，字符串',
	'Paper Source': '试卷来源：输入的数据项（Input Items）、在下方填写（Fields Below）或 JSON',
	'examPaper.delete/Paper Source': '试卷 ID 来源：输入的数据项（Input Items）或列表（List）',
	'Paper ID': '试卷 ID，由笔试系统自定',
	'Paper IDs': '多个试卷 ID，用逗号分隔',
	'Paper Name': '试卷名称，HR 可见',
	Duration: '考试时长，单位为分钟；留空即清空',
	'Question Count': '试卷题目数量；留空即清空',
	'Start Time': '可作答的开始时间；留空即不限',
	'End Time': '可作答的结束时间；留空即不限',
	Papers: '在节点中逐份填写，字段同上',
	'Papers (JSON)':
		'试卷的列表；键名为 paperId、paperName、duration、questionCount、startTime、endTime',
	'Allow Empty List': '允许空列表，即移除该账号的全部试卷',

	// Account fields
	'Field Source': '字段来源：输入的数据项（Input Items）、在下方填写（Fields Below）或 JSON',
	'accountField.delete/Field Source': '字段 key 来源：输入的数据项（Input Items）或列表（List）',
	'Field Key': '字段的 key，由笔试系统自定；删除后不能再用',
	'Field Keys': '多个字段的 key，用逗号分隔',
	'Name (Chinese)': '字段的中文名称；中英文名称至少填一个',
	'Name (English)': '字段的英文名称；中英文名称至少填一个',
	Required: '客户是否必填；更新时修改此项暂不生效',
	'Description (Chinese)': '字段的中文描述；更新时请一并填写',
	'Description (English)': '字段的英文描述；更新时请一并填写',
	'Account Fields': '在节点中逐个填写，字段同上',
	'Account Fields (JSON)':
		'账号字段的列表；键名为 fieldKey、nameZhCn、nameEnUs、isRequired、descriptionZhCn、descriptionEnUs',

	// Candidate exams and applications
	'Application ID': '投递 ID，可从列表中选择，或填写 19 位 ID',
	'Exam Name': '试卷名称，HR 可见',
	Score: '笔试分数，最多一位小数',
	'Operator ID': '添加人的用户 ID，类型由 User ID Type 决定',
	'Attachment ID': '附件 ID；添加笔试结果时，为已上传报告的附件 ID',
	'Report Field Name': '报告文件所在的二进制字段名，先上传再添加；与 Attachment ID 二选一',
	'User ID Type': '用户 ID 类型',
	'Return All': '是否返回全部；关闭时最多返回 Limit 条',
	Limit: '最多返回的条数',
	Simplify: '是否精简输出；关闭时返回飞书的原始数据',
	'Application IDs': '只返回这些投递的笔试，用逗号分隔',
	'Start Time Max': '只返回此时间及之前开始的笔试',
	'Start Time Min': '只返回此时间及之后开始的笔试',
	'Include Details': '是否查询每个投递的详情：每个投递调用 1 次，每秒最多 10 次；关闭时只返回 ID',
	'Related Data': '一并返回的关联数据，各需相应权限',
	'Active Status': '活跃状态：活跃（Active）或非活跃（Inactive）',
	'Job ID': '职位 ID',
	'Lock Status': '锁定状态：未锁定、被其他职位锁定、被当前职位锁定',
	'Process ID': '招聘流程 ID',
	'Stage ID': '招聘阶段 ID',
	'Talent ID': '人才 ID',
	'Update Time Max': '只返回此时间及之前更新的投递',
	'Update Time Min': '只返回此时间及之后更新的投递',

	// Attachments
	'Attachment Type': '附件类型：通用（General）、简历（Resume）、作品（Work Sample）',
	'Input Data Field Name': '文件所在的二进制字段名，文件最大 300 MB',
	'File Name': '文件名，含扩展名；留空则沿用原名',

	// Options of every operation
	'Max Calls per Minute': '每个接口每分钟的调用上限，同一 n8n 实例的所有执行共用',
	'Max Calls per Second': '每个接口每秒的调用上限，同一 n8n 实例的所有执行共用',
	'options/Tenant Key': '企业的 tenant_key，仅商店应用；优先于凭证中的值',
	Timeout: '等待响应的时间，单位为毫秒；上传时每 125 KB 另加一秒',

	// Triggers
	'Receive Events By': '订阅方式：长连接（Long Connection）或 Webhook',
	'Combine Bursts': '合并突发事件：一次执行最多 100 个数据项',
	'Trigger On': '触发事件',
	'Account IDs': '只接收这些账号的事件；不含账号的事件不受影响',
	'trigger/Paper IDs': '只接收使用这些试卷的笔试；不含试卷的事件不受影响',
	'Include Account Field Values': '是否输出客户填写的账号字段值，默认输出 `******`',
	'Minutes to Arrange': '创建多少分钟后仍未安排即视为超时',
	'Days Back': '监测最近多少天内开始或创建、或尚未开始的笔试；0 表示全部',
};

/** What a label means in a form: `path` is the label with those of the collections around it. */
export function chineseOf(form: string, path: string): string {
	const label = path.split(' > ').at(-1) ?? path;
	const short = path.split(' > ').slice(-2).join(' > ');
	const found = [`${form}/${short}`, `${form}/${label}`, label].find((key) =>
		Object.hasOwn(CHINESE, key),
	);
	if (found === undefined) {
		throw new Error(`Add the Chinese for '${path}' (${form}) to test/support/chineseFields.ts`);
	}
	return CHINESE[found] ?? '';
}
