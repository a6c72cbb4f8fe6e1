// Leased phone numbers, and what they cost together.
package main

import (
	"example.com/pulumi-leases/sdk/go/leases"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		support, err := leases.NewLeasedNumber(ctx, "support", &leases.LeasedNumberArgs{
			Number:         pulumi.String("+12015550123"),
			MaxMonthlyRate: pulumi.Float64(15),
		})
		if err != nil {
			return err
		}
		desk, err := leases.NewNumberPool(ctx, "desk", &leases.NumberPoolArgs{
			Slots: []string{"alice", "bob"},
			Search: leases.NumberSearchArgs{
				Country:  pulumi.String("US"),
				AreaCode: pulumi.String("201"),
			},
			MaxMonthlyRate: pulumi.Float64(5),
		})
		if err != nil {
			return err
		}
		total := leases.GetTotalCostOutput(ctx, leases.GetTotalCostOutputArgs{
			Numbers: leases.PriceArray{support.Price},
			Pools:   leases.PriceMapArray{desk.Prices},
		})
		ctx.Export("support", support.Number)
		ctx.Export("desk", desk.Numbers)
		ctx.Export("cost", total.Cost())
		return nil
	})
}
