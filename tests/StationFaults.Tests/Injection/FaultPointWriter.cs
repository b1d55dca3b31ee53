using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace RealtimeAkka.StationFaults.Tests.Injection;

/// <summary>Puts a call of <see cref="FaultPoint.Hit"/> before every statement of an assembly and lists the statements beside it.</summary>
internal static class FaultPointWriter
{
    /// <summary>Rewrites the assembly in its place; one that was rewritten stays as it is.</summary>
    public static void Rewrite(string path)
    {
        using var module = ModuleDefinition.ReadModule(path, new ReaderParameters { ReadSymbols = true, InMemory = true });
        if (module.AssemblyReferences.Any(reference => reference.Name == typeof(FaultPoint).Assembly.GetName().Name)) return;

        var hit = module.ImportReference(typeof(FaultPoint).GetMethod(nameof(FaultPoint.Hit)));
        var handlers = Handlers.Of(module);
        List<Statement> statements = [];
        foreach (var method in module.GetTypes().SelectMany(type => type.Methods).Where(IsUnderTest))
        {
            var body = method.Body;
            body.SimplifyMacros(); // what is inserted makes jumps longer
            var handler = handlers.GetValueOrDefault(method, "");
            foreach (var (instruction, place) in StatementsOf(method))
            {
                statements.Add(new Statement(statements.Count, OutermostOf(method.DeclaringType).Name, method.Name, $"{Path.GetFileName(place.Document.Url)}:{place.StartLine}", handler, TextOf(place)));
                Insert(body, instruction, statements.Count - 1, hit);
                handler = "";
            }
            body.OptimizeMacros();
        }
        File.WriteAllLines(Statement.ListOf(path), statements.Select(statement => statement.Line()));
        module.Write(path, new WriterParameters { WriteSymbols = true });
    }

    /// <summary>The statements of a method, in their order. A brace is none, and a fault within a filter would be no fault.</summary>
    public static IEnumerable<(Instruction First, SequencePoint Place)> StatementsOf(MethodDefinition method) =>
        from instruction in method.Body.Instructions.ToList()
        let place = method.DebugInformation.GetSequencePoint(instruction)
        where place is { IsHidden: false } && !(place.StartLine == place.EndLine && place.EndColumn - place.StartColumn == 1)
        where !method.Body.ExceptionHandlers.Any(handler => handler.FilterStart is { } filter && instruction.Offset >= filter.Offset && instruction.Offset < handler.HandlerStart.Offset)
        select (instruction, place);

    // Not under test are the constructors of actors and of types, since what cannot be made never worked; what a generator wrote; the
    // executor, which is no station's but what all of them run on; and what a station hands to PipeTo, which returns a message.
    private static bool IsUnderTest(MethodDefinition method) =>
        OutermostOf(method.DeclaringType).Name != "LineExecutor" && !IsForPipeTo(method) && method.HasBody && method.DebugInformation.HasSequencePoints && !(method.IsConstructor && (method.IsStatic || Handlers.IsActor(method.DeclaringType)))
        && !method.DebugInformation.SequencePoints.Any(point => point.Document.Url.EndsWith(".g.cs", StringComparison.Ordinal));

    private static bool IsForPipeTo(MethodDefinition method) =>
        OutermostOf(method.DeclaringType).Name == "StationActor" && (method.Name.StartsWith("<ContinueWhenEnded>", StringComparison.Ordinal) || method.Name.StartsWith("<Start>", StringComparison.Ordinal));

    // What jumps to the statement, and what is known of its place, is bound to the instruction itself: so that becomes the first of ours.
    private static void Insert(MethodBody body, Instruction at, int id, MethodReference hit)
    {
        var moved = Instruction.Create(OpCodes.Nop);
        (moved.OpCode, moved.Operand) = (at.OpCode, at.Operand);
        (at.OpCode, at.Operand) = (OpCodes.Ldc_I4, id);
        var il = body.GetILProcessor();
        il.InsertAfter(at, moved);
        il.InsertAfter(at, il.Create(OpCodes.Call, hit));
    }

    private static TypeDefinition OutermostOf(TypeDefinition type) => type.DeclaringType is { } outer ? OutermostOf(outer) : type;

    private static string TextOf(SequencePoint place) => File.Exists(place.Document.Url)
        ? File.ReadLines(place.Document.Url).ElementAtOrDefault(place.StartLine - 1)?[(place.StartColumn - 1)..].Trim().Replace('\t', ' ') ?? ""
        : "";
}
