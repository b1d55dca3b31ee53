using System.Text.Json;
using RealtimeAkka.Actors.Actions;

namespace PolicyDesk;

/// <summary>Opens a claim for each policy number; a repeated delivery opens no second one.</summary>
public sealed class ClaimsActor : ActionActor
{
    private readonly HashSet<string> _done = [];

    protected override string Do(string id, JsonElement input)
    {
        if (_done.Add(id)) Console.Error.WriteLine($"A claim is open for {input.GetProperty("value").GetProperty("policy_number")}.");
        return "opened";
    }
}
