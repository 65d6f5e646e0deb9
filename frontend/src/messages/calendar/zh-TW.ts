import type { words as simplified } from './zh-CN.ts';

export const words: typeof simplified = {
  title: '班次行事曆',
  lead: '在手機或電腦的行事曆裡看自己的班次。',
  open: '訂閱我的班次',
  offline: '訂閱班次需要網路。連上後再試。',
  none: '還沒有訂閱網址。',
  has: (time: string) => `${time} 產生過網址。網址只在產生時顯示一次；忘了就重新產生，舊網址隨即失效。`,
  make: '產生網址',
  remake: '重新產生',
  end: '停用網址',
  ended: '已停用，舊網址不再更新',
  address: '您的網址',
  copy: '複製網址',
  copied: '已複製',
  notCopied: '沒能複製，請長按網址手動複製。',
  subscribe: '在本機行事曆裡訂閱',
  secret: '誰有這個網址，誰就能看到您什麼時候在哪個崗位。不要發到群組；發錯了就停用或重新產生。',
  slow: '行事曆自己決定多久更新：蘋果約 1 小時，Google 要 8 到 24 小時，Outlook 最長 24 小時。臨時換班以本應用程式為準。',
  span: '包含過去 7 天和今後 42 天的班次。',
  again: '重試',
  busy: '請稍候',
};
