// What is said where the app was opened over plain HTTP.

export const words = {
  title: '这个地址不能登记',
  why: '地址以 http:// 开头。浏览器只在 https:// 地址，或服务器那台电脑自己打开时，才允许断网保存和设备密钥。为了不丢记录，这里什么都不记。',
  guide: '请在安装页照着做一次，约三分钟：',
  go: '打开安装页',
  admin: '请告诉管理员：服务器要用 gatehouse serve --lan 启动，或放在 https:// 网址后面。做法见 docs/deploy.md。',
};
