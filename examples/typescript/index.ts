import * as leases from "@pulumi/leases";

const support = new leases.LeasedNumber("support", { number: "+12015550123", maxMonthlyRate: 15 });
const desk = new leases.NumberPool("desk", {
    slots: ["alice", "bob"],
    search: { country: "US", areaCode: "201" },
    maxMonthlyRate: 5,
});
const total = leases.getTotalCostOutput({ numbers: [support.price], pools: [desk.prices] });

export const number = support.number;
export const numbers = desk.numbers;
export const cost = total.cost;
