export const words = {
  title: '完整经过',
};
