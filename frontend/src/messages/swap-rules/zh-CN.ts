// What regulations make of swaps: why one is refused, what speaks against it, who could take a shift, the register.

export const words = {
  refused: {
    swap_notice: (minutes: string) => `离上班太近了：换班最晚要提前 ${minutes} 分钟提。`,
    swap_holiday: (date: string) => `${date}是法定节假日，当天的班不能换。`,
    swap_night: (date: string) => `${date}是夜班，不能换。`,
    swap_consecutive: (who: string, other: string, date: string) =>
      `${who}前后相邻的两个班（${other}、${date}）不能都换出去。`,
    swap_passed_on: (date: string) => `${date}的班是换来的，不能再换给别人。`,
    swap_cap: (month: string, nth: string, cap: string) => `这是 ${month} 的第 ${nth} 次换班，一个月最多 ${cap} 次。`,
    swap_skill: (who: string, skill: string) => `这个岗位要会「${skill}」，${who}没有登记。`,
    swap_grade: (who: string, grade: string, needs: string) => `${who}（${grade}）低于这个班要的${needs}。`,
    back_to_back: (who: string, rest: string, hours: string) =>
      `${who}两个班之间只能休 ${rest}，至少要 ${hours} 小时。`,
    on_leave: (who: string, date: string) => `${who}${date}在请假，不能接班。`,
    reason_needed: (post: string, after: string, least: string) =>
      `${post}换后最少 ${after} 人，少于要求的 ${least} 人。要同意，请写明原因。`,
  },
  against: {
    over_cap: (nth: string, cap: string) => `第 ${nth} 次，超过每月 ${cap} 次`,
    over_cap_points: (nth: string, cap: string, points: string) =>
      `第 ${nth} 次，超过每月 ${cap} 次；生效后建议记 ${points} 分`,
    rest_short: (who: string, rest: string, hours: string) => `${who}两个班之间只休 ${rest}（应满 ${hours} 小时）`,
    skill_missing: (who: string, skill: string) => `${who}没有登记「${skill}」`,
    skill_unknown: (who: string) => `${who}的等级没法比，请您判断`,
    cover_low: (post: string, after: string, least: string) => `${post}最少 ${after} 人，少于要求的 ${least} 人`,
  },
  speaks: '同意前请看',
  quota: (nth: number, cap: number) => `本月换班：第 ${nth} 次，共可 ${cap} 次`,
  quotaFree: (nth: number) => `本月换班：第 ${nth} 次`,
  cover: (post: string, before: number, after: number) => `${post}人数：换前 ${before}，换后 ${after}`,
  least: (n: number) => `要求至少 ${n}`,
  told: '对方同意就生效，主管只收到通知',
  inEffect: '已按双方约定换好',

  // Approving in spite of it.
  anyway: '为什么仍然同意？',
  anywayHint: '会和这次换班一起保存，双方都能看到',
  anywayNeeds: '选一个原因，或写一句',
  anywayReasons: ['已另外安排人', '时间很短，能顾过来', '确有急事'],
  anywayGo: '写明原因并同意',

  // Who could take it.
  partners: {
    asking: '正在核对谁能接',
    asOf: (age: string) => `${age}核对`,
    old: (age: string) => `没有网络，以下是${age}核对的结果，发出后会再核对。`,
    unknown: '没有网络，还不知道谁能接；发出后由服务器核对。',
    blocked: '这个班现在不能换',
    not: (n: number) => `不能接的 ${n} 人`,
    why: { busy: '那时有安排', rest: '休息不够', skill: '岗位要求不符', limit: '那个班不能换' } as Record<
      string,
      string
    >,
  },

  // Handing over, giving back.
  handover: '交代对方的事（可不填）',
  handoverHint: '钥匙、待办、要盯的事，只有双方和主管能看到',
  handed: '交代的事',
  brief: '补充交代',
  briefDone: '已记下',
  repay: {
    open: (who: string) => `还没有还班：${who}欠一个班`,
    repaid: '已还班',
    settled: '不用还了',
    is: '这次是还班',
    settle: '不用还了',
    settleDone: '已记下：不用还',
    as: (who: string, shift: string) => `算${who}还${shift}的班`,
  },

  // The register.
  register: {
    title: '换班登记表',
    open: '换班登记表',
    month: '月份',
    before: '上个月',
    next: '下个月',
    team: '班组',
    empty: '这个月没有换班',
    offline: '登记表要联网查看。',
    again: '再试一次',
    print: '打印',
    save: '存成 Excel',
    saved: '已存到下载',
    at: (time: string) => `${time}查`,
    asked: '申请',
    gives: '让出',
    takes: '换回',
    by: '接班',
    agreed: '对方同意',
    decided: '审批',
    reason: '原因',
    repay: '还班',
    sign: '签字',
    state: {
      requested: '等对方答复',
      accepted: '等审批',
      approved: '已换成',
      rejected: '驳回',
      declined: '没有人接',
      withdrawn: '已撤回',
      expired: '到点作废',
    } as Record<string, string>,
    repays: {
      none: '—',
      with: '同时换回',
      open: '未还',
      repaid: '已还',
      settled: '不用还',
      repays: '本次为还班',
    } as Record<string, string>,
  },
};
