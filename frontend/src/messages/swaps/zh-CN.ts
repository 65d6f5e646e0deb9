export const words = {
  title: '我的班次',
};
