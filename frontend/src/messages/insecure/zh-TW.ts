import type { words as simplified } from './zh-CN.ts';

export const words: typeof simplified = {
  title: '這個網址不能登記',
  why: '網址以 http:// 開頭。瀏覽器只在 https:// 網址，或伺服器那台電腦自己開啟時，才允許斷網儲存和裝置金鑰。為了不丟紀錄，這裡什麼都不記。',
  guide: '請在安裝頁照著做一次，約三分鐘：',
  go: '開啟安裝頁',
  admin: '請告訴管理員：伺服器要用 gatehouse serve --lan 啟動，或放在 https:// 網址後面。做法見 docs/deploy.md。',
};
