/*
 * Loops in plain C, of integers and of doubles.  Their results are doubles so
 * that they have one type; integers among them are small enough for that.
 */
#include "tests/emit/loops.h"

#include <math.h>
#include <stddef.h>

struct loop_data loop_data;

void loops_fill(void)
{
    uint64_t x = 88172645463325252u;

    for (int k = 0; k < LOOP_CELLS; k++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        loop_data.i[k] = (int64_t)(x >> 44) - (1 << 19);
        loop_data.x[k] = (double)(int64_t)(x >> 40) / 4096 - 2048;
        loop_data.y[k] = (double)(int64_t)(x >> 50) / 64 + 1;
        loop_data.z[k] = 0;
        loop_data.byte[k] = (uint8_t)x;
    }
}

/* ---- integers ----------------------------------------------------------- */

static double nested(int64_t n)
{
    int64_t sum = 0;

    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            for (int64_t k = 0; k < n; k++) {
                sum = sum + j * k - i;
                if (sum > 1000000)
                    sum -= 1000000;
            }
    return (double)sum;
}

static double collatz(int64_t n)
{
    int64_t best = 0;

    for (int64_t i = 1; i < n; i++) {
        int64_t x = i, c = 0;

        while (x != 1) {
            x = x % 2 == 0 ? x / 2 : 3 * x + 1;
            c++;
        }
        if (c > best)
            best = c;
    }
    return (double)best;
}

static double modulo(int64_t n)
{
    int64_t x = 42, sum = 0;

    for (int64_t i = 0; i < n; i++) {
        x = x * 16807 % 65537;
        sum += x % 7;
    }
    return (double)sum;
}

static double gcd(int64_t n)
{
    int64_t sum = 0;

    for (int64_t i = 1; i < n; i++)
        for (int64_t j = 1; j < n; j++) {
            int64_t a = i, b = j;

            while (b != 0) {
                int64_t t = a % b;

                a = b;
                b = t;
            }
            sum += a;
        }
    return (double)sum;
}

static double total(int64_t n)
{
    const int64_t *a = loop_data.i;
    int64_t sum = 0;

    for (int64_t turn = 0; turn < n; turn++)
        for (int64_t k = 0; k < LOOP_CELLS; k++)
            sum += a[k] ^ turn;
    return (double)sum;
}

static double sieve(int64_t n)
{
    uint8_t *flag = loop_data.byte;
    int64_t count = 0;

    for (int64_t turn = 0; turn < n; turn++) {
        for (int64_t k = 2; k < LOOP_CELLS; k++)
            flag[k] = 1;
        for (int64_t k = 2; k < LOOP_CELLS; k++)
            if (flag[k]) {
                count++;
                for (int64_t j = k + k; j < LOOP_CELLS; j += k)
                    flag[j] = 0;
            }
    }
    return (double)count;
}

static double sort(int64_t n)
{
    int64_t *a = loop_data.i;

    for (int64_t k = 1; k < n; k++) {
        int64_t x = a[k], j = k;

        while (j > 0 && a[j - 1] > x) {
            a[j] = a[j - 1];
            j--;
        }
        a[j] = x;
    }
    return (double)a[n / 2];
}

static double hash(int64_t n)
{
    const uint8_t *text = loop_data.byte;
    uint32_t h = 2166136261u;

    for (int64_t turn = 0; turn < n; turn++)
        for (int64_t k = 0; k < LOOP_CELLS; k++)
            h = (h ^ text[k]) * 16777619u;
    return (double)h;
}

static double shifts(int64_t n)
{
    uint64_t x = 88172645463325252u, sum = 0;

    for (int64_t k = 0; k < n; k++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        sum += x >> 60 & 7;
    }
    return (double)sum;
}

/* ---- doubles ------------------------------------------------------------ */

static double dot(int64_t n)
{
    const double *x = loop_data.x, *y = loop_data.y;
    double sum = 0;

    for (int64_t turn = 0; turn < n; turn++)
        for (int64_t k = 0; k < LOOP_CELLS; k++)
            sum += x[k] * y[k];
    return sum;
}

static double saxpy(int64_t n)
{
    double *restrict z = loop_data.z;
    const double *restrict x = loop_data.x;

    for (int64_t turn = 0; turn < n; turn++)
        for (int64_t k = 0; k < LOOP_CELLS; k++)
            z[k] = z[k] * 0.5 + x[k];
    return z[n % LOOP_CELLS];
}

static double product(int64_t n)
{
    const double *x = loop_data.x, *y = loop_data.y;
    double *z = loop_data.z;

    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < LOOP_EDGE; j++) {
            double sum = 0;

            for (int64_t k = 0; k < LOOP_EDGE; k++)
                sum += x[i * LOOP_EDGE + k] * y[k * LOOP_EDGE + j];
            z[i * LOOP_EDGE + j] = sum;
        }
    return z[3 * LOOP_EDGE + 5];
}

static double mandelbrot(int64_t n)
{
    int64_t inside = 0;

    for (int64_t py = 0; py < n; py++)
        for (int64_t px = 0; px < n; px++) {
            double cr = 2.0 * (double)px / (double)n - 1.5;
            double ci = 2.0 * (double)py / (double)n - 1.0;
            double zr = 0, zi = 0, r2 = 0, i2 = 0;
            int64_t k = 0;

            while (k < 50 && r2 + i2 < 4.0) {
                zi = 2 * zr * zi + ci;
                zr = r2 - i2 + cr;
                r2 = zr * zr;
                i2 = zi * zi;
                k++;
            }
            inside += k == 50;
        }
    return (double)inside;
}

static double spectral(int64_t n)
{
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            sum += 1.0 / (double)((i + j) * (i + j + 1) / 2 + i + 1);
    return sum;
}

static double horner(int64_t n)
{
    double sum = 0;

    for (int64_t k = 0; k < n; k++) {
        double x = (double)k * 1e-6;

        sum += (((0.5 * x - 1.25) * x + 3.0) * x - 0.1) * x + 7.5;
    }
    return sum;
}

struct body { double x, y, z, vx, vy, vz, mass; };

static double bodies(int64_t n)
{
    struct body *b = (struct body *)loop_data.x;

    for (int64_t turn = 0; turn < n; turn++)
        for (int64_t i = 0; i < 4; i++)
            for (int64_t j = i + 1; j < 5; j++) {
                double dx = b[i].x - b[j].x, dy = b[i].y - b[j].y;
                double dz = b[i].z - b[j].z;
                double d = dx * dx + dy * dy + dz * dz;
                double m = 1e-6 / (d * sqrt(d));

                b[i].vx -= dx * b[j].mass * m;
                b[i].vy -= dy * b[j].mass * m;
                b[i].vz -= dz * b[j].mass * m;
                b[j].vx += dx * b[i].mass * m;
                b[j].vy += dy * b[i].mass * m;
                b[j].vz += dz * b[i].mass * m;
            }
    return b[0].vx;
}

const loop_row loop_rows[] = {
    { "nested", nested, 100 }, { "collatz", collatz, 10000 },
    { "modulo", modulo, 500000 }, { "gcd", gcd, 400 },
    { "total", total, 300 }, { "sieve", sieve, 60 }, { "sort", sort, 2000 },
    { "hash", hash, 300 }, { "shifts", shifts, 500000 },
    { "dot", dot, 300 }, { "saxpy", saxpy, 300 },
    { "product", product, LOOP_EDGE }, { "mandelbrot", mandelbrot, 200 },
    { "spectral", spectral, 700 }, { "horner", horner, 500000 },
    { "bodies", bodies, 50000 }, { NULL, NULL, 0 }
};
