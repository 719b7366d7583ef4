// Objects, closures, strings, arrays, recursion: what an interpreter is asked for.
function Shape(name, size) { this.name = name; this.size = size; }
Shape.prototype.area = function () { return this.size * this.size; };
function Circle(size) { Shape.call(this, "circle", size); }
Circle.prototype = new Shape("", 0);
Circle.prototype.area = function () { return 3 * this.size * this.size; };

function random(seed) {
    var state = seed;
    return function () { state = (state * 1103515 + 12345) % 2147483647; return state; };
}

function queens(n) {
    var count = 0, columns = [], up = [], down = [];
    function place(row) {
        if (row === n) { count++; return; }
        for (var column = 0; column < n; column++) {
            if (!columns[column] && !up[row + column] && !down[row - column + n]) {
                columns[column] = up[row + column] = down[row - column + n] = true;
                place(row + 1);
                columns[column] = up[row + column] = down[row - column + n] = false;
            }
        }
    }
    place(0);
    return count;
}

function work(seed) {
    var next = random(seed), shapes = [], words = {}, text = "";
    for (var i = 0; i < 400; i++) {
        shapes.push(next() % 2 ? new Shape("square", next() % 100) : new Circle(next() % 100));
        var word = "w" + (next() % 50);
        words[word] = (words[word] || 0) + 1;
        text += word + " ";
    }
    shapes.sort(function (a, b) { return a.area() - b.area() || (a.name < b.name ? -1 : 1); });
    var areas = shapes.map(function (s) { return s.area(); }).filter(function (a) { return a % 2 === 0; });
    var sum = areas.reduce(function (a, b) { return (a + b) % 1000003; }, 0);
    var upper = text.replace(/w(\d)/g, "W$1").split(" ").join("-").length;
    return JSON.stringify({ sum: sum, upper: upper, queens: queens(6), words: Object.keys(words).sort().length, first: shapes[0].name });
}
