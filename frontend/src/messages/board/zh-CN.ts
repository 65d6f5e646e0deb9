export const words = {
  title: '到岗情况',
};
