export const words = {
  title: '打卡',
};
